import type { Job, JobOrImage } from "@tilewright/core/jobs";
import { LRUCache } from "lru-cache";
import type { JobChange } from "../changes.ts";
import { Gathering } from "../gathering.ts";
import { keyOf, type SeenVersion } from "./look.ts";

/** How long what the database has said is told to others. */
const freshForMs = 500;
/** Questions begin so often at most: whoever asks in between waits for the next. */
const gatherMs = 50;
/** Those that were asked for last stay. */
const mostHeldBytes = 32 * 2 ** 20;

/** Where jobs are asked for. */
interface Source<J extends Job> {
  lookAtVersions(keys: readonly string[]): Promise<readonly SeenVersion[]>;
  find(jobIds: readonly string[]): Promise<readonly J[]>;
}

interface Known<J> {
  readonly job: J | null;
  seenAtMs: number;
}

/**
 * Jobs as any number of watchers of this node see them. What they ask at about the same time is one question to the
 * database, and that is for versions: rows are read where those are new. What this node writes is forgotten at once.
 *
 * @see docs/adr/0107-watchers-share-their-questions.md
 */
export class CachedJobs<J extends Job> {
  readonly #source: Source<J>;
  readonly #known = new LRUCache<string, Known<J>>({
    maxSize: mostHeldBytes,
    sizeCalculation: ({ job }) => heldBytes(job),
  });
  readonly #gathering = new Gathering<J | null>((keys) => this.#look(keys), gatherMs);
  /** Of each look that is under way: what has been written since it began. */
  readonly #writtenSince = new Set<Set<string>>();

  constructor(source: Source<J>) {
    this.#source = source;
  }

  /** In the order asked, none older than half a second. @throws TilewrightError DATABASE_UNAVAILABLE */
  async find(asked: readonly JobOrImage[]): Promise<(J | null)[]> {
    const keys = asked.map(keyOf);
    const stalerMs = performance.now() - freshForMs;
    const answers = new Map<string, J | null>();
    for (const key of keys) {
      const known = this.#known.get(key);
      if (known && known.seenAtMs > stalerMs) answers.set(key, known.job);
    }
    const stale = keys.filter((key) => !answers.has(key));
    const seen = stale.length > 0 ? await this.#gathering.ask(stale) : answers;
    return keys.map((key) => answers.get(key) ?? seen.get(key) ?? null);
  }

  forget({ jobId, imageId }: JobChange): void {
    for (const key of [keyOf({ jobId }), keyOf({ imageId })]) {
      this.#known.delete(key);
      for (const written of this.#writtenSince) written.add(key);
    }
  }

  async #look(keys: readonly string[]): Promise<Map<string, J | null>> {
    const seenAtMs = performance.now();
    const written = new Set<string>();
    this.#writtenSince.add(written);
    try {
      const answers = await this.#answersTo(keys);
      for (const [key, job] of answers) if (!written.has(key)) this.#remember(key, job, seenAtMs);
      return answers;
    } finally {
      this.#writtenSince.delete(written);
    }
  }

  async #answersTo(keys: readonly string[]): Promise<Map<string, J | null>> {
    const jobs = new Map<string, J>();
    for (const key of keys) {
      const job = this.#known.peek(key)?.job;
      if (job) jobs.set(job.jobId, job);
    }
    const versions = await this.#source.lookAtVersions(keys);
    const news = new Set<string>();
    for (const { jobId, version } of versions) if (jobs.get(jobId)?.version !== version) news.add(jobId);
    // Whatever is gone by now must not be told from memory.
    for (const jobId of news) jobs.delete(jobId);
    if (news.size > 0) for (const job of await this.#source.find([...news])) jobs.set(job.jobId, job);
    const answers = new Map<string, J | null>(keys.map((key) => [key, null]));
    for (const { key, jobId } of versions) answers.set(key, jobs.get(jobId) ?? null);
    return answers;
  }

  #remember(key: string, job: J | null, seenAtMs: number): void {
    const known = this.#known.peek(key);
    // A look that was given up may come late.
    if (known && known.seenAtMs > seenAtMs) return;
    if (known?.job === job && known) known.seenAtMs = seenAtMs;
    else this.#known.set(key, { job, seenAtMs });
  }
}

/** About as much as it takes in memory. */
const heldBytes = (job: Job | null): number => (job ? 1_000 + 2 * JSON.stringify(job).length : 500);
