import type { UploadEntry } from "./entry.ts";
import { type Fingerprint, isSameFile } from "./fingerprint.ts";

/** The rows of the tray, in order; every change makes a new array, as `useSyncExternalStore` wants it. */
export class EntryList {
  #entries: readonly UploadEntry[] = [];
  #note: string | null = null;
  #nextKey = 1;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): readonly UploadEntry[] => this.#entries;
  readonly noted = (): string | null => this.#note;

  note(sentence: string | null): void {
    this.#note = sentence;
    this.#tell();
  }

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
    const entry = this.find(key);
    if (!entry || isPartOf(change, entry)) return;
    this.#set(this.#entries.map((entry) => (entry.key === key ? { ...entry, ...change } : entry)));
  }

  remove(key: string): void {
    this.#set(this.#entries.filter((entry) => entry.key !== key));
  }

  #set(entries: readonly UploadEntry[]): void {
    this.#entries = entries;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What is known already is no news, and draws nothing anew. */
const isPartOf = <Whole extends object>(part: Partial<Whole>, whole: Whole): boolean =>
  (Object.keys(part) as (keyof Whole)[]).every((name) => Object.is(part[name], whole[name]));
