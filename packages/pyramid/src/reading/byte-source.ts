import { open } from "node:fs/promises";

/** Where a pyramid's bytes come from: a file, an object in a store, a range of either. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Resolves to exactly `length` bytes; both numbers lie within `sizeBytes`. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** A file on disk, held open until `close`. */
export async function openFileSource(path: string): Promise<FileSource> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return {
      sizeBytes: size,
      close: () => file.close(),
      read: async (offset, length) => {
        const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
