import { type FileHandle, open } from "node:fs/promises";
import type { ByteRange } from "@tilewright/core/storage";
import { LRUCache } from "lru-cache";

const mostOpenFiles = 64;
/**
 * So long does a file that another process has deleted take up space, or one that it has replaced show its old bytes.
 */
const keptOpenMs = 10_000;

/** Reads ranges of files, and keeps those open that are read from again and again: a pyramid is read tile by tile. */
export class OpenFiles {
  readonly #handles = new LRUCache<string, FileHandle>({
    max: mostOpenFiles,
    ttl: keptOpenMs,
    ttlAutopurge: true,
    // It waits for reads that have begun, and between `get` and `read` below nothing else runs.
    dispose: (handle) => void handle.close(),
  });

  /**
   * Fewer bytes come back where the file ends before the range does.
   *
   * @param target takes the bytes. @throws what `open` throws.
   */
  async read(
    path: string,
    range: ByteRange,
    target: Uint8Array = Buffer.allocUnsafe(range.end - range.start),
  ): Promise<Uint8Array> {
    const held = this.#handles.get(path);
    if (held) return readRange(held, range.start, target);
    const opened = await open(path, "r");
    const first = this.#handles.get(path);
    if (first) void opened.close();
    else this.#handles.set(path, opened);
    return readRange(first ?? opened, range.start, target);
  }

  /** The next read opens the file anew, as it has been replaced or deleted. */
  forget(path: string): void {
    this.#handles.delete(path);
  }
}

async function readRange(handle: FileHandle, start: number, target: Uint8Array): Promise<Uint8Array> {
  const { bytesRead } = await handle.read(target, 0, target.length, start);
  return bytesRead < target.length ? target.subarray(0, bytesRead) : target;
}
