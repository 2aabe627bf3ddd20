import { openFileSource } from "./byte-source.ts";

/** A file that somebody sent, of which no more is read than is asked for. */
export interface FileBytes {
  readonly sizeBytes: number;
  /** Shorter where the file ends, empty behind its end. @param length at most some megabytes, as they are held. */
  bytes(position: number, length: number): Promise<Buffer>;
}

const windowBytes = 4_096;

/** Lends the bytes of a file to `use`. Small reads that lie together become one. */
export async function withFileBytes<T>(path: string, use: (file: FileBytes) => Promise<T>): Promise<T> {
  const source = await openFileSource(path);
  let [start, window] = [0, Buffer.alloc(0)];
  const bytes = async (position: number, length: number): Promise<Buffer> => {
    const wanted = Math.max(0, Math.min(length, source.sizeBytes - position));
    if (wanted === 0) return Buffer.alloc(0);
    if (position < start || position + wanted > start + window.length) {
      const ahead = Math.min(Math.max(wanted, windowBytes), source.sizeBytes - position);
      [start, window] = [position, Buffer.from(await source.read(position, ahead))];
    }
    return window.subarray(position - start, position - start + wanted);
  };
  try {
    return await use({ sizeBytes: source.sizeBytes, bytes });
  } finally {
    await source.close();
  }
}
