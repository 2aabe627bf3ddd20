import { mkdir, readdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** For one attempt's files in the making, below the worker's own folder. */
export const scratchOf = (directory: string, jobId: string, attempt: number): string =>
  join(directory, `${jobId}-${attempt}`);

const isAttempt = (name: string): boolean => /^[0-9a-f-]{36}-\d+$/.test(name);

/**
 * Empties a worker's own folder of what an earlier life left in it; so too the folders beside it, of workers that were
 * killed and never came back under their names, once nothing has been written there for `deadAfterMs`. Folders that
 * hold anything but attempts are somebody else's and not touched. Ages are by the file system's own clock.
 */
export async function clearScratch(directory: string, deadAfterMs: number): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const { mtimeMs: nowMs } = await stat(directory);
  const root = dirname(directory);
  for (const worker of await readdir(root)) await clearOther(join(root, worker), nowMs - deadAfterMs);
}

async function clearOther(folder: string, beforeMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0 || !names.every(isAttempt)) return;
  for (const attempt of names.map((name) => join(folder, name))) {
    if ((await lastWrittenMs(attempt)) < beforeMs) await rm(attempt, { recursive: true, force: true });
  }
  // Fails where another attempt goes on.
  await rmdir(folder).catch(() => {});
}

/** Of the folder and all that lies in it; a file that has just gone was in use a moment ago. */
async function lastWrittenMs(folder: string): Promise<number> {
  const paths = [folder, ...(await readdir(folder, { recursive: true })).map((name) => join(folder, name))];
  const ofOne = (path: string) =>
    stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
  const times = await Promise.all(paths.map(ofOne));
  return Math.max(...times);
}
