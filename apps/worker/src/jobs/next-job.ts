import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { ClaimedJob, JobSource } from "./job-source.ts";

interface Found {
  readonly source: JobSource;
  readonly job: ClaimedJob;
}

/** How long a withdrawn question may wait to be asked again: by then a lease has nearly run out. */
const recallMs = 5_000;

/** Gets one job at a time from any number of domains, each of which comes to its turn. */
export class NextJob {
  /** Whoever was served last is last. */
  #sources: readonly JobSource[];
  readonly #logger: Logger;
  #returning: Promise<unknown> = Promise.resolve();

  constructor(sources: readonly JobSource[], logger: Logger) {
    this.#sources = sources;
    this.#logger = logger;
  }

  /** Waits for as long as it takes, whether or not the server can be reached; null once `stop` aborts. */
  async get(stop: AbortSignal): Promise<ClaimedJob | null> {
    await this.#returning;
    const found = (await this.#askInTurn(stop)) ?? (await this.#waitOnAll(stop));
    if (!found) return null;
    this.#sources = [...this.#sources.filter((source) => source !== found.source), found.source];
    return found.job;
  }

  /** Resolves when the server has been told of every job that it has granted and this worker does not work on. */
  async settle(): Promise<void> {
    await this.#returning;
  }

  /** While there is work in several domains, none has to be given back. With one alone, waiting does as well. */
  async #askInTurn(stop: AbortSignal): Promise<Found | null> {
    if (this.#sources.length === 1) return null;
    for (const source of this.#sources) {
      if (stop.aborted) return null;
      const job = await source.claim(stop, 0).catch((error: unknown) => this.#warn(error, stop));
      if (job) return { source, job };
    }
    return null;
  }

  async #waitOnAll(stop: AbortSignal): Promise<Found | null> {
    const isFound = new AbortController();
    const signal = AbortSignal.any([stop, isFound.signal]);
    const waits = this.#sources.map((source) => this.#wait(source, signal));
    const first = await Promise.race(waits);
    isFound.abort();
    const late = (await Promise.all(waits)).filter((each) => each !== null && each !== first);
    const withdrawn = this.#sources.filter((source) => [first, ...late].every((found) => found?.source !== source));
    // Two domains at the same moment: this worker does one thing at a time, and another may take the other.
    this.#returning = Promise.all([
      ...late.map((found) => found?.job.handBack()),
      ...(first ? withdrawn.map((source) => this.#recall(source)) : []),
    ]);
    return first;
  }

  /**
   * A question may be granted just when it is withdrawn, and nobody would work on that job until its lease runs out.
   * Asked again, it has the same id, and so gets the same job.
   */
  async #recall(source: JobSource): Promise<void> {
    const job = await source.claim(AbortSignal.timeout(recallMs), 0).catch(() => null);
    await job?.handBack();
  }

  async #wait(source: JobSource, signal: AbortSignal): Promise<Found | null> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const job = await source.claim(signal);
        failures = 0;
        if (job) return { source, job };
      } catch (error) {
        this.#warn(error, signal);
        await delay(backoffMs(failures++), undefined, { signal }).catch(() => {});
      }
    }
    return null;
  }

  #warn(error: unknown, signal: AbortSignal): null {
    if (!signal.aborted) this.#logger.warn({ err: error }, "could not ask for a job");
    return null;
  }
}

/** Half a second to five, and never at the same moment as everybody else. */
const backoffMs = (failures: number): number => Math.min(5_000, 500 * 2 ** failures * (1 + Math.random()));
