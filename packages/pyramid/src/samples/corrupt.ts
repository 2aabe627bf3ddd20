import { PyramidError } from "../errors.ts";

/** @param cause what is wrong with the file, for who looks into it. */
export const corruptSamples = (cause: unknown): PyramidError =>
  new PyramidError("CORRUPT_IMAGE", "The image is damaged or incomplete and could not be decoded.", { cause });
