export interface UploadProgress {
  /** Bytes that are at the server or on their way, out of `totalBytes`. */
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Over the last few seconds; null until there is something to measure. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

const windowMs = 5_000;
const betweenReportsMs = 100;

/** Adds up what the parts in flight have sent, and measures the speed over the last seconds. */
export class UploadMeter {
  readonly #totalBytes: number;
  readonly #report: (progress: UploadProgress) => void;
  readonly #inFlight = new Map<number, number>();
  #storedBytes: number;
  #samples: { atMs: number; sentBytes: number }[] = [];

  constructor(totalBytes: number, storedBytes: number, report: (progress: UploadProgress) => void) {
    this.#totalBytes = totalBytes;
    this.#storedBytes = storedBytes;
    this.#report = report;
    this.#emit();
  }

  sending(partNumber: number, sentBytes: number): void {
    this.#inFlight.set(partNumber, sentBytes);
    const last = this.#samples.at(-1);
    if (!last || performance.now() - last.atMs >= betweenReportsMs) this.#emit();
  }

  failed(partNumber: number): void {
    this.#inFlight.delete(partNumber);
  }

  stored(partNumber: number, sizeBytes: number): void {
    this.#inFlight.delete(partNumber);
    this.#storedBytes += sizeBytes;
    this.#emit();
  }

  #emit(): void {
    const atMs = performance.now();
    const inFlight = [...this.#inFlight.values()].reduce((sum, bytes) => sum + bytes, 0);
    const sentBytes = Math.min(this.#totalBytes, this.#storedBytes + inFlight);
    this.#samples = [...this.#samples.filter((sample) => atMs - sample.atMs <= windowMs), { atMs, sentBytes }];
    const bytesPerSecond = this.#speed();
    this.#report({
      sentBytes,
      totalBytes: this.#totalBytes,
      bytesPerSecond,
      secondsLeft: bytesPerSecond ? (this.#totalBytes - sentBytes) / bytesPerSecond : null,
    });
  }

  #speed(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs - first.atMs < betweenReportsMs) return null;
    return Math.max(0, ((last.sentBytes - first.sentBytes) / (last.atMs - first.atMs)) * 1_000);
  }
}
