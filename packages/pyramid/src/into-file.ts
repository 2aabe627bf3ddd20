import { mkdir, rm, stat } from "node:fs/promises";
import { systemError } from "./errors.ts";

/**
 * Lets `work` write the file at `targetPath`, with a directory for temporary files beside it that is gone afterwards.
 * When it rejects, the file is gone too.
 *
 * @throws RangeError the target is the source, which is left as it is. @throws PyramidError SCRATCH_FULL, INTERNAL.
 * @throws the signal's reason, if it was aborted; whatever `work` throws.
 */
export async function intoFile<T>(
  sourcePath: string,
  targetPath: string,
  signal: AbortSignal | undefined,
  work: (scratchPath: string) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  if (await isSameFile(sourcePath, targetPath)) throw new RangeError("targetPath leads to the source itself");
  const scratchPath = `${targetPath}.scratch`;
  try {
    await mkdir(scratchPath, { recursive: true }).catch((error: unknown) => Promise.reject(systemError(error)));
    return await work(scratchPath);
  } catch (error) {
    // What can't be removed was not written here, and is no reason to forget what went wrong.
    await rm(targetPath, { force: true }).catch(() => {});
    throw error;
  } finally {
    // What was ended a moment ago may just have written a last file.
    await rm(scratchPath, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** By whatever names and links. What can't be looked at is found out by who opens it. */
async function isSameFile(...paths: readonly [string, string]): Promise<boolean> {
  const [one, other] = await Promise.all(paths.map((path) => stat(path, { bigint: true }).catch(() => null)));
  return !!one && !!other && one.ino === other.ino && one.dev === other.dev;
}
