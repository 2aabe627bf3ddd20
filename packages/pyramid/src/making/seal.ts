import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

const readBytes = 2 ** 20;

/** Puts a finished file on the disk for good, and says what is in it. */
export async function seal(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const file = await open(path, "r+");
  try {
    const [sha256, { size }] = await Promise.all([digestOf(file), file.stat(), file.datasync()]);
    return { sizeBytes: size, sha256 };
  } finally {
    await file.close();
  }
}

async function digestOf(file: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(readBytes);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, readBytes, position);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}
