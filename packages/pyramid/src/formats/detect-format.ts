import { withFileBytes } from "../bytes/file-bytes.ts";
import { PyramidError } from "../errors.ts";
import { signatures } from "./formats.ts";
import { type Told, unsupported } from "./source-format.ts";

const longestSignatureBytes = 16;

/**
 * Tells what a file is, by all of its signature and by what must follow that: the one place that does, before any decoder
 * has seen it. Whatever else lies further in, nobody looks for.
 *
 * @throws PyramidError EMPTY_FILE, UNSUPPORTED_FORMAT, CORRUPT_IMAGE.
 */
export const tellByContent = (path: string): Promise<Told> =>
  withFileBytes(path, async (file) => {
    if (file.sizeBytes === 0) throw new PyramidError("EMPTY_FILE", "The file is empty.");
    const head = await file.bytes(0, longestSignatureBytes);
    const signature = signatures.find(({ begins }) => begins(head));
    if (!signature) throw unsupported(supported);
    return signature.tell(file);
  });

const supported =
  "The file is not an image in a supported format; supported are JPEG, PNG, TIFF, WebP, GIF and AVIF, slides in SVS, NDPI, SCN, BIF and (as one ZIP) MRXS, and JPEG 2000, JPEG XL and HEIC.";
