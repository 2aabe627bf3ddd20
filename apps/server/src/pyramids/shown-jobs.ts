import { TilewrightError } from "@tilewright/core";
import type { Job } from "@tilewright/core/jobs";
import { LRUCache } from "lru-cache";

/** How long what the database has said of a finished job is believed: a deleted slide is served for no longer. */
const believedForMs = 1_000;
/** While the database is away nothing can be deleted through this server; viewers go on for so long. */
const believedWithoutDatabaseMs = 10_000;
const answersWithinMs = 2_000;
const mostKnown = 5_000;

interface Known<J extends Job> {
  readonly job: J;
  readonly askedAtMs: number;
}

/**
 * The jobs whose results may be shown, asked for at the database at most once a second each, however much of them is
 * asked for.
 *
 * @see docs/adr/0082-a-pyramid-is-shown-on-a-short-lease.md
 */
export class ShownJobs<J extends Job> {
  readonly #find: (jobId: string) => Promise<J | null>;
  readonly #known = new LRUCache<string, Known<J>>({ max: mostKnown });
  readonly #underWay = new Map<string, Promise<J>>();

  /** @param find the job, unless its result is not to be shown any more. */
  constructor(find: (jobId: string) => Promise<J | null>) {
    this.#find = find;
  }

  /** @throws TilewrightError JOB_NOT_FOUND: deleted, replaced by a newer one, or never there. */
  async get(jobId: string): Promise<J> {
    const known = this.#known.get(jobId);
    if (known && performance.now() - known.askedAtMs < believedForMs) return known.job;
    const asking = this.#underWay.get(jobId) ?? this.#ask(jobId).finally(() => this.#underWay.delete(jobId));
    this.#underWay.set(jobId, asking);
    return asking.catch((error: unknown) => {
      const isAway = error instanceof TilewrightError && error.code === "DATABASE_UNAVAILABLE";
      if (known && isAway && performance.now() - known.askedAtMs < believedWithoutDatabaseMs) return known.job;
      throw error;
    });
  }

  async #ask(jobId: string): Promise<J> {
    const askedAtMs = performance.now();
    const job = await inTime(this.#find(jobId));
    if (!job) {
      this.#known.delete(jobId);
      throw new TilewrightError("JOB_NOT_FOUND");
    }
    // An unfinished one may be finished the next moment.
    if (job.status === "COMPLETED") this.#known.set(jobId, { job, askedAtMs });
    return job;
  }
}

/** A database that has stopped without ending keeps its connections, and never answers. */
async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TilewrightError("DATABASE_UNAVAILABLE")), answersWithinMs);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
