import { mkdir, rm } from "node:fs/promises";
import { systemError } from "./errors.ts";

/**
 * Lets `work` write the file at `targetPath`, with a directory for temporary files beside it that is gone afterwards.
 * When it rejects, the file is gone too.
 *
 * @throws PyramidError SCRATCH_FULL, INTERNAL. @throws the signal's reason, if it was aborted; whatever `work` throws.
 */
export async function intoFile<T>(
  targetPath: string,
  signal: AbortSignal | undefined,
  work: (scratchPath: string) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const scratchPath = `${targetPath}.scratch`;
  try {
    await mkdir(scratchPath, { recursive: true }).catch((error: unknown) => Promise.reject(systemError(error)));
    return await work(scratchPath);
  } catch (error) {
    await rm(targetPath, { force: true });
    throw error;
  } finally {
    await rm(scratchPath, { recursive: true, force: true });
  }
}
