import { decoderError } from "../vips/decoder-error.ts";
import { openImage, openOptions } from "./open-image.ts";

/** Lossless, and quick to be read row by row. */
const stored = { compression: "lzw", predictor: "horizontal", bigtiff: true, tile: true } as const;

/**
 * Puts pictures of grey together as the channels of one. @throws PyramidError CORRUPT_IMAGE and others of the decoder.
 */
export async function joinPlanes(paths: readonly string[], bitsPerSample: number, targetPath: string): Promise<void> {
  const [first = "", ...others] = paths;
  const space = bitsPerSample > 8 ? "rgb16" : "srgb";
  const grey = bitsPerSample > 8 ? "grey16" : "b-w";
  await openImage(first)
    .joinChannel([...others], openOptions)
    .toColourspace(paths.length < 3 ? grey : space)
    .tiff(stored)
    .toFile(targetPath)
    .catch((error: unknown) => Promise.reject(decoderError(error)));
}

/** Decodes CMYK and leaves it as it is. @throws PyramidError as joinPlanes. */
export async function storeAsCmyk(path: string, targetPath: string): Promise<void> {
  await openImage(path)
    .pipelineColourspace("cmyk")
    .toColourspace("cmyk")
    .tiff(stored)
    .toFile(targetPath)
    .catch((error: unknown) => Promise.reject(decoderError(error)));
}
