import type { UploadSource } from "./upload-source.ts";

/** How long an upload whose last part has arrived waits for its digest. */
const patienceMs = 2_000;

/** Reads a source's digest beside its upload, which it must not hold up. */
export class DigestReading {
  readonly #digest: Promise<string | null>;
  readonly #stop = new AbortController();

  constructor(source: UploadSource, signal: AbortSignal) {
    const either = AbortSignal.any([signal, this.#stop.signal]);
    // Whoever can't read the file fails to send it, too, and that is what people are told.
    this.#digest = source.sha256?.(either).catch(() => null) ?? Promise.resolve(null);
  }

  /** Null where sending was much faster than reading. A single part is read in no time, and always waited for. */
  async inTime({ partCount }: { readonly partCount: number }): Promise<string | null> {
    if (partCount === 1) return this.#digest;
    const late = Promise.withResolvers<null>();
    const timer = setTimeout(late.resolve, patienceMs, null);
    return Promise.race([this.#digest, late.promise]).finally(() => clearTimeout(timer));
  }

  stop(): void {
    this.#stop.abort();
  }
}
