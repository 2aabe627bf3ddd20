import type { UploadSource } from "./upload-source.ts";

/** So much may be left to read when everything has been sent: well under a second's work. */
const mostBehindBytes = 64 * 2 ** 20;

/** Reads a source's digest beside its upload, and gives up where sending turns out to be quicker. */
export class DigestReading {
  readonly #sizeBytes: number;
  readonly #digest: Promise<string | null>;
  readonly #stop = new AbortController();
  #readBytes = 0;

  constructor(source: UploadSource, signal: AbortSignal) {
    this.#sizeBytes = source.size;
    const either = AbortSignal.any([signal, this.#stop.signal]);
    const onRead = (readBytes: number): void => {
      this.#readBytes = readBytes;
    };
    // Whoever can't read the file fails to send it, too, and that is what people are told.
    this.#digest = source.sha256?.(either, onRead).catch(() => null) ?? Promise.resolve(null);
  }

  /** On a line that is quicker than the processor, reading would only hold up the sending. */
  keepUpWith(sentBytes: number): void {
    if (sentBytes - this.#readBytes > mostBehindBytes) this.stop();
  }

  /** Once everything has been sent. Null if it is not worth waiting for. */
  async end(): Promise<string | null> {
    this.keepUpWith(this.#sizeBytes);
    return this.#stop.signal.aborted ? null : this.#digest;
  }

  stop(): void {
    this.#stop.abort();
  }
}
