import { randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes a rename or a new entry in `directory` survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file that is either there in full or not at all: beside its place first, then put into it by `place`. */
export async function writeDurably(
  path: string,
  fill: (handle: FileHandle) => Promise<void>,
  place = moveDurably,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}.draft`;
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

export const isDraft = (name: string): boolean => name.endsWith(".draft");
