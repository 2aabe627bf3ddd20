import type { PyramidSettings } from "@tilewright/pyramid";
import type { TilingAttempt } from "./attempt.ts";
import { TilingFailure } from "./failure.ts";

/** Ends an attempt of which the server has completed the job, with the pyramid of the same bytes. */
export class ReusedError extends Error {}

export interface SourceCheck {
  /**
   * The digest, once the source is read through and known to be what was sent. @throws TilingFailure CHECKSUM_MISMATCH
   */
  readonly sha256: Promise<string>;
  /** Resolves when it is known whether the pyramid is there already. */
  readonly asked: Promise<unknown>;
}

/**
 * As soon as the digest of the source is known: is it the file that was sent, and has the server its pyramid already?
 * The work goes on meanwhile.
 *
 * @param end told the reason as soon as the work is known to be for nothing: CHECKSUM_MISMATCH, or ReusedError.
 */
export function checkSource(
  digest: Promise<string>,
  { assignment, reuse }: Pick<TilingAttempt, "assignment" | "reuse">,
  settings: PyramidSettings,
  end: (reason: unknown) => void,
): SourceCheck {
  const sha256 = digest.then((found) => requireSameBytes(found, assignment.sourceSha256));
  sha256.catch(end);
  // An answer that is lost costs nothing but the work: if the job has ended, the attempt is refused later.
  const isReused = sha256.then((known) => reuse(known, settings)).catch(() => false);
  return { sha256, asked: isReused.then((is) => is && end(new ReusedError())) };
}

/** Bytes that have changed on their way to the store, or in it, must not be shown as the slide that was sent. */
function requireSameBytes(sha256: string, expected: string | null): string {
  if (expected === null || sha256 === expected) return sha256;
  const [found, sent] = [sha256, expected].map((each) => each.slice(0, 12));
  throw new TilingFailure(
    "CHECKSUM_MISMATCH",
    `The stored file is not the one that was sent: its SHA-256 begins with ${found} instead of ${sent}.`,
  );
}
