import { refusalOf } from "@tilewright/client";
import type { Logger } from "pino";
import type { HeldJob, JobAssignment, StageProgress } from "./job-handler.ts";

/** The attempt is not this worker's any more: cancelled, given to another, or out of touch for too long. */
class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

/** A handler, as far as a lease needs it. */
interface Beating<Progress extends StageProgress> {
  readonly firstProgress: Progress;
  heartbeat(held: HeldJob, progress: Progress, signal: AbortSignal): Promise<{ readonly leaseMs: number }>;
}

/** Stop this long before the server may hand the job to another. */
const marginMs = 1_000;

/**
 * One attempt's right to work. It reports progress once per `heartbeatMs` and renews the lease; `signal` aborts as
 * soon as the right is lost, by this machine's own monotonic clock where the server can't be heard.
 */
export class Lease<Progress extends StageProgress> {
  readonly #beating: Beating<Progress>;
  readonly #assignment: JobAssignment;
  readonly #logger: Logger;
  readonly #lost = new AbortController();
  readonly #stop = new AbortController();
  #progress: Progress;
  #fence: NodeJS.Timeout;
  #beats: Promise<void>;
  #beat: Promise<void> = Promise.resolve();
  #silence: Promise<void> = Promise.resolve();

  constructor(beating: Beating<Progress>, assignment: JobAssignment, logger: Logger) {
    this.#beating = beating;
    this.#progress = beating.firstProgress;
    this.#assignment = assignment;
    this.#logger = logger;
    this.#fence = this.#armFence(performance.now(), assignment.leaseMs);
    this.#beats = this.#keepBeating();
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  report(progress: Progress): void {
    this.#progress = { ...progress, stageFraction: Math.min(1, progress.stageFraction) };
  }

  /**
   * Ends the heartbeats, not the lease: it still runs out. For the last word of an attempt, since a heartbeat that
   * comes after it is refused as if the job were lost.
   */
  async fallSilent(): Promise<void> {
    this.#stop.abort();
    await this.#beats;
  }

  /**
   * Makes a call that may end the attempt, which its answer says. No heartbeat crosses it, and none follows an end: it
   * would be refused as if the job were lost.
   */
  async mayEnd(call: (signal: AbortSignal) => Promise<boolean>): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#silence = promise;
    await this.#beat;
    try {
      const signal = AbortSignal.any([this.#lost.signal, AbortSignal.timeout(this.#assignment.leaseMs / 2)]);
      const hasEnded = await call(signal);
      if (hasEnded) this.#stop.abort();
      return hasEnded;
    } finally {
      resolve();
    }
  }

  async stop(): Promise<void> {
    await this.fallSilent();
    clearTimeout(this.#fence);
  }

  async #keepBeating(): Promise<void> {
    const { heartbeatMs } = this.#assignment;
    while (!this.#stop.signal.aborted && !this.#lost.signal.aborted) {
      await pause(heartbeatMs, AbortSignal.any([this.#stop.signal, this.#lost.signal]));
      await this.#silence;
      if (this.#stop.signal.aborted || this.#lost.signal.aborted) return;
      this.#beat = this.#report();
      await this.#beat;
    }
  }

  async #report(): Promise<void> {
    const { jobId, attempt, leaseMs } = this.#assignment;
    const sentAtMs = performance.now();
    const signal = AbortSignal.any([this.#stop.signal, this.#lost.signal, AbortSignal.timeout(leaseMs / 2)]);
    try {
      const answer = await this.#beating.heartbeat({ jobId, attempt }, this.#progress, signal);
      clearTimeout(this.#fence);
      this.#fence = this.#armFence(sentAtMs, answer.leaseMs);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) this.#lost.abort(new LeaseLostError(refusal.message));
      else if (!this.#stop.signal.aborted) this.#logger.warn({ jobId, attempt }, "a heartbeat was not answered");
    }
  }

  /** Counted from when the renewal was asked for: the server's own count began later. */
  #armFence(sinceMs: number, leaseMs: number): NodeJS.Timeout {
    const leftMs = sinceMs + leaseMs - Math.min(marginMs, leaseMs / 4) - performance.now();
    return setTimeout(() => this.#lost.abort(new LeaseLostError("The server was out of reach for too long.")), leftMs);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
