import { randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Makes a rename or a new entry in `directory` survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A name for a file in the making. */
export const draftIn = (directory: string): string => join(directory, `${randomUUID()}.draft`);

/** Writes a file that is either there in full or not at all: as `draft` first, then put into its place by `place`. */
export async function writeDurably(
  path: string,
  fill: (handle: FileHandle) => Promise<void>,
  { draft = draftIn(dirname(path)), place = moveDurably } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    const handle = await open(draft, "wx");
    try {
      await fill(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/**
 * All bytes at their place: the system may take fewer at a time than it is given, as where a disk is about to be full.
 */
export async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

export async function moveDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
  await syncDirectory(dirname(to));
}

/** As `moveDurably`, but fails with EEXIST where something is already. */
export async function linkDurably(from: string, to: string): Promise<void> {
  await link(from, to);
  await rm(from);
  await syncDirectory(dirname(to));
}

/** Removes the drafts that nobody has written to for so long: who made them was killed. */
export async function removeDrafts(directory: string, untouchedMs: number): Promise<void> {
  const beforeMs = Date.now() - untouchedMs;
  for (const path of (await readdir(directory)).map((name) => join(directory, name))) {
    // Gone in between: somebody has just put it into its place.
    const draft = await stat(path).catch(() => null);
    if (draft && draft.mtimeMs < beforeMs) await rm(path, { force: true });
  }
}
