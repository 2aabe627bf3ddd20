import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** Puts a finished file on the disk for good, and says what is in it. */
export async function seal(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { sizeBytes: (await stat(path)).size, sha256: hash.digest("hex") };
}
