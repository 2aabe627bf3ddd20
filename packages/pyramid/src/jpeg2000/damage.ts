import { PyramidError } from "../errors.ts";

/** @param what is wrong, as the end of a sentence. */
export const damagedJpeg2000 = (what: string): PyramidError =>
  new PyramidError("CORRUPT_IMAGE", `The JPEG 2000 is damaged or incomplete: ${what}.`);
