import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { UploadSource } from "./upload/upload-source.ts";

/**
 * A file on this machine as something to upload, whatever its size: only the parts on their way are in memory. Node's
 * own `openAsBlob` takes no more than the first 2 GiB of a file, and does not say so.
 *
 * @throws Error there is no such file. Reading a part fails when the file has become shorter meanwhile.
 */
export async function fileSource(path: string): Promise<UploadSource> {
  const { size } = await stat(path);
  return {
    name: basename(path),
    size,
    slice: (start, end) => readPart(path, start, end - start),
    sha256: (signal, onRead) => digestOf(path, signal, onRead),
  };
}

async function digestOf(path: string, signal: AbortSignal, onRead?: (readBytes: number) => void): Promise<string> {
  const hash = createHash("sha256");
  const stream = createReadStream(path, { highWaterMark: 2 ** 20, signal });
  for await (const chunk of stream) {
    hash.update(chunk);
    onRead?.(stream.bytesRead);
  }
  return hash.digest("hex");
}

async function readPart(path: string, start: number, sizeBytes: number): Promise<Blob> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(sizeBytes);
    for (let done = 0; done < sizeBytes; ) {
      const { bytesRead } = await file.read(bytes, done, sizeBytes - done, start + done);
      if (bytesRead === 0) throw new Error(`${path} became shorter while it was being uploaded.`);
      done += bytesRead;
    }
    return new Blob([bytes]);
  } finally {
    await file.close();
  }
}
