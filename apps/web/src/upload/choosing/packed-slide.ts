import { sumsOf } from "../digest/read-in-worker.ts";
import { type ZipEntry, zipParts, zipSizeBytes } from "./zip.ts";

/**
 * A slide of several files, which is sent as one ZIP. The ZIP is a list of references to the files with headers between
 * them: it takes no memory, and can be read at any place.
 */
export class PackedSlide {
  readonly name: string;
  readonly size: number;
  /** Of the part that was changed last. */
  readonly lastModified: number;
  readonly files: readonly File[];
  readonly #entries: readonly ZipEntry[];

  /** @param entries in the order of their names, so that the same files make the same bytes. */
  constructor(name: string, entries: readonly ZipEntry[]) {
    this.name = name;
    this.files = entries.map(({ file }) => file);
    this.size = zipSizeBytes(entries);
    this.lastModified = Math.max(...this.files.map((file) => file.lastModified));
    this.#entries = entries;
  }

  /** Reads everything once, for the sums that a ZIP holds. @throws the signal's reason; Error a file can't be read. */
  async pack(signal: AbortSignal, onRead: (readBytes: number) => void): Promise<File> {
    const sums = await sumsOf(this.files, signal, onRead);
    return new File(zipParts(this.#entries, sums), this.name, { lastModified: this.lastModified });
  }
}
