import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { PyramidError, systemCode, systemError } from "../../errors.ts";

/** A ZIP on the disk, and the list of what it holds. */
export interface OpenZip {
  readonly entries: readonly Entry[];
  readonly sizeBytes: number;
  /**
   * Writes exactly the bytes that the entry says it has. @throws PyramidError CORRUPT_IMAGE, SCRATCH_FULL, INTERNAL.
   */
  extract(entry: Entry, targetPath: string): Promise<void>;
}

/**
 * Lends a ZIP to `use`. Nothing of it is held in memory but its list.
 *
 * @throws PyramidError CORRUPT_IMAGE, INTERNAL, UNSUPPORTED_FORMAT it holds more than `mostEntries`; whatever `use`
 * throws.
 */
export async function withZip<T>(path: string, mostEntries: number, use: (zip: OpenZip) => Promise<T>): Promise<T> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch(refuse);
  try {
    if (zip.entryCount > mostEntries) throw new PyramidError("UNSUPPORTED_FORMAT", "The ZIP holds too many files.");
    const entries = await listOf(zip).catch(refuse);
    const sizeBytes = zip.fileSize;
    return await use({
      entries,
      sizeBytes,
      extract: (entry, targetPath) => extract(zip, entry, targetPath).catch(refuse),
    });
  } finally {
    zip.close();
  }
}

async function listOf(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return entries;
}

async function extract(zip: ZipFile, entry: Entry, targetPath: string): Promise<void> {
  async function* checked(chunks: AsyncIterable<Buffer>) {
    let sum = 0;
    for await (const chunk of chunks) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
    if (sum !== entry.crc32) throw new Error(`${entry.fileName} does not have its checksum`);
  }
  await pipeline(await zip.openReadStreamPromise(entry), checked, createWriteStream(targetPath, { flags: "wx" }));
}

/** What the system could not do has a code of the system; everything else is said of the ZIP. */
function refuse(error: unknown): never {
  if (/^E[A-Z]+$/.test(systemCode(error) ?? "")) throw systemError(error);
  const message = "The ZIP is damaged or incomplete and could not be unpacked.";
  throw new PyramidError("CORRUPT_IMAGE", message, { cause: error });
}
