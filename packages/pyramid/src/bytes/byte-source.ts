import { open } from "node:fs/promises";

/** Where a pyramid's bytes come from: a file, an object in a store, a range of either. */
export interface ByteSource {
  readonly sizeBytes: number;
  /**
   * Resolves to exactly `length` bytes; both numbers lie within `sizeBytes`.
   *
   * @param target `length` bytes that may be filled and returned, to spare the caller a copy. A source may pay no heed
   * to it.
   */
  read(offset: number, length: number, target?: Uint8Array): Promise<Uint8Array>;
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
      read: async (offset, length, target = new Uint8Array(length)) => {
        const { bytesRead } = await file.read(target, 0, length, offset);
        return bytesRead < length ? target.subarray(0, bytesRead) : target;
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
