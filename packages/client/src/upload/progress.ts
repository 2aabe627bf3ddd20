export interface UploadProgress {
  /** Bytes that are at the server or on their way, out of `totalBytes`. */
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Over the last few seconds; null until there is something to measure, and while nothing moves. */
  readonly bytesPerSecond: number | null;
  /** Null, too, when all has left and only the answer is awaited. */
  readonly secondsLeft: number | null;
  /** A part was lost, or, where bytes can be seen leaving, none has left for two seconds although some are left. */
  readonly isStalled: boolean;
}

const windowMs = 5_000;
const betweenReportsMs = 100;
const stalledAfterMs = 2_000;
const betweenLooksMs = 250;

interface UploadMeterOptions {
  readonly totalBytes: number;
  readonly storedBytes: number;
  /** Where bytes can't be seen leaving, silence means nothing. */
  readonly seesBytesLeave: boolean;
  readonly report: (progress: UploadProgress) => void;
}

/** Adds up what the parts in flight have sent, and measures the speed over the last seconds. Stop it when done. */
export class UploadMeter {
  readonly #options: UploadMeterOptions;
  readonly #inFlight = new Map<number, number>();
  readonly #looking: ReturnType<typeof setInterval>;
  #storedBytes: number;
  #samples: { atMs: number; sentBytes: number }[] = [];
  #movedAtMs = performance.now();
  #isStalled = false;

  constructor(options: UploadMeterOptions) {
    this.#options = options;
    this.#storedBytes = options.storedBytes;
    this.#looking = setInterval(() => this.#look(), betweenLooksMs);
    this.#emit();
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  sending(partNumber: number, sentBytes: number): void {
    this.#inFlight.set(partNumber, sentBytes);
    this.#moved();
    const last = this.#samples.at(-1);
    if (!last || performance.now() - last.atMs >= betweenReportsMs) this.#emit();
  }

  failed(partNumber: number): void {
    this.#inFlight.delete(partNumber);
    this.#stall();
  }

  stored(partNumber: number, sizeBytes: number): void {
    this.#inFlight.delete(partNumber);
    this.#storedBytes += sizeBytes;
    this.#moved();
    this.#emit();
  }

  get #sentBytes(): number {
    const inFlight = [...this.#inFlight.values()].reduce((sum, bytes) => sum + bytes, 0);
    return Math.min(this.#options.totalBytes, this.#storedBytes + inFlight);
  }

  #look(): void {
    const isQuiet = performance.now() - this.#movedAtMs >= stalledAfterMs;
    if (this.#options.seesBytesLeave && isQuiet && !this.#isStalled) this.#stall();
  }

  #moved(): void {
    this.#movedAtMs = performance.now();
    this.#isStalled = false;
  }

  /** What was measured before is no measure of what comes after. */
  #stall(): void {
    this.#isStalled = true;
    this.#samples = [];
    this.#emit();
  }

  #emit(): void {
    const atMs = performance.now();
    const { totalBytes, report } = this.#options;
    const sentBytes = this.#sentBytes;
    this.#samples = [...this.#samples.filter((sample) => atMs - sample.atMs <= windowMs), { atMs, sentBytes }];
    const bytesPerSecond = this.#speed();
    const secondsLeft = bytesPerSecond && sentBytes < totalBytes ? (totalBytes - sentBytes) / bytesPerSecond : null;
    report({ sentBytes, totalBytes, bytesPerSecond, secondsLeft, isStalled: this.#isStalled });
  }

  #speed(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (this.#isStalled || !first || !last || last.atMs - first.atMs < betweenReportsMs) return null;
    return Math.max(0, ((last.sentBytes - first.sentBytes) / (last.atMs - first.atMs)) * 1_000);
  }
}
