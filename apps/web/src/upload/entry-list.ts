import type { UploadEntry } from "./entry.ts";
import { type Fingerprint, isSameFile } from "./fingerprint.ts";

/** The rows of the tray, in order; every change makes a new array, as `useSyncExternalStore` wants it. */
export class EntryList {
  #entries: readonly UploadEntry[] = [];
  #nextKey = 1;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): readonly UploadEntry[] => this.#entries;

  find(key: string): UploadEntry | undefined {
    return this.#entries.find((entry) => entry.key === key);
  }

  /** The unfinished row of this very file. */
  findFile(fingerprint: Fingerprint): UploadEntry | undefined {
    return this.#entries.find((entry) => entry.phase !== "FINISHED" && isSameFile(entry, fingerprint));
  }

  add(entry: Omit<UploadEntry, "key">): string {
    const key = `upload-${this.#nextKey++}`;
    this.#set([...this.#entries, { ...entry, key }]);
    return key;
  }

  patch(key: string, change: Partial<Omit<UploadEntry, "key">>): void {
    this.#set(this.#entries.map((entry) => (entry.key === key ? { ...entry, ...change } : entry)));
  }

  remove(key: string): void {
    this.#set(this.#entries.filter((entry) => entry.key !== key));
  }

  #set(entries: readonly UploadEntry[]): void {
    this.#entries = entries;
    for (const listener of this.#listeners) listener();
  }
}
