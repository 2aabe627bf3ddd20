import { PyramidError, type PyramidErrorCode } from "../errors.ts";

/** libvips reports everything as text. These are phrases of libc, libtiff and libvips for what isn't damage. */
const meanings: [phrase: RegExp, code: PyramidErrorCode, message: string][] = [
  [
    /no space left on device|disk quota exceeded/i,
    "SCRATCH_FULL",
    "The disk filled up while the pyramid was being written.",
  ],
  [
    /out of memory|cannot allocate memory|unable to allocate|failed to allocate|bad_alloc/i,
    "OUT_OF_MEMORY",
    "The image needs more memory than the system could give.",
  ],
  [
    /unsupported codec/i,
    "UNSUPPORTED_FORMAT",
    "The image is compressed in a way that this machine's decoder for the format was built without.",
  ],
  [
    /not configured|not implemented|not supported|built without|channel limit|bad labq|samples out of range|not a whole number|unsupported (compression|photometric|tiff|bitspersample|colou?rspace)/i,
    "UNSUPPORTED_FORMAT",
    "The image stores its pixels in a way that is not supported.",
  ],
  [/write (failed|error)|unable to write|input\/output error/i, "INTERNAL", "The pyramid could not be written."],
];

/** What an error thrown by sharp means: damage to the image, unless its text says otherwise. */
export function decoderError(error: unknown): PyramidError {
  if (error instanceof PyramidError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const [, code, message] = meanings.find(([phrase]) => phrase.test(text)) ?? [
    null,
    "CORRUPT_IMAGE" as const,
    "The image is damaged or incomplete and could not be decoded.",
  ];
  return new PyramidError(code, message, { cause: text });
}
