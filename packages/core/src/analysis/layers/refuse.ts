import { TilewrightError } from "../../errors.ts";

/** The refusal of a result, in a sentence about what is wrong with it. */
export const invalid = (what: string): TilewrightError =>
  new TilewrightError("RESULT_INVALID", `${what} Publish what is right and complete again, or fail the attempt.`);
