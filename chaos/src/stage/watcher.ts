import { progressWentBack, type TilingStage } from "@tilewright/core";
import type { Database } from "@tilewright/db";

export interface Claim {
  readonly jobId: string;
  readonly attempt: number;
  readonly workerId: string;
}

interface Row extends Claim {
  readonly status: "PENDING" | "IN_PROGRESS";
  readonly version: number;
  readonly stage: TilingStage;
  readonly stageFraction: number;
  readonly tilesDone: number;
}

const everyMs = 100;

/** Looks at all active jobs ten times a second: who works on what, and whether progress ever goes back. */
export class Watcher {
  readonly #prisma: Database["prisma"];
  readonly #claimListeners = new Set<(claim: Claim) => void>();
  readonly #lookListeners = new Set<() => void>();
  readonly #seen = new Map<string, Row>();
  readonly violations: string[] = [];
  #active = new Map<string, Row>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(prisma: Database["prisma"]) {
    this.#prisma = prisma;
    this.#next();
  }

  get activeCount(): number {
    return this.#active.size;
  }

  /** Calls back once for every attempt, until the function that it answers is called. */
  onClaim(listener: (claim: Claim) => void): () => void {
    this.#claimListeners.add(listener);
    return () => void this.#claimListeners.delete(listener);
  }

  /** Whether the attempt was at work when last looked. */
  holds({ jobId, attempt }: Claim): boolean {
    const row = this.#active.get(jobId);
    return row?.attempt === attempt && row.status === "IN_PROGRESS";
  }

  /** Resolves at the first look at which `condition` holds, or false after `timeoutMs`. */
  until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (held: boolean) => {
        clearTimeout(timer);
        this.#lookListeners.delete(look);
        resolve(held);
      };
      const look = () => condition() && end(true);
      const timer = setTimeout(() => end(false), timeoutMs);
      this.#lookListeners.add(look);
    });
  }

  /** Another attempt has the job by now, or it has ended. */
  hasMovedOn({ jobId, attempt }: Claim): boolean {
    const row = this.#active.get(jobId);
    return !row || row.attempt > attempt;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #next(): void {
    this.#timer = setTimeout(() => {
      // A database that is away is looked at again.
      this.#look()
        .catch(() => {})
        .finally(() => this.#isStopped || this.#next());
    }, everyMs);
  }

  async #look(): Promise<void> {
    const rows = await this.#prisma.$queryRaw<Row[]>`
      SELECT id::text AS "jobId", attempt, worker_id AS "workerId", status::text, version, stage::text,
             stage_fraction AS "stageFraction", tiles_done AS "tilesDone"
      FROM tiling_jobs WHERE status IN ('PENDING', 'IN_PROGRESS')`;
    this.#active = new Map(rows.map((row) => [row.jobId, row]));
    for (const row of rows) this.#compare(row);
    for (const listener of this.#lookListeners) listener();
  }

  #compare(row: Row): void {
    const before = this.#seen.get(row.jobId);
    this.#seen.set(row.jobId, row);
    const wentBack = before && progressWentBack(before, row);
    if (wentBack) this.violations.push(`I3  job ${row.jobId}  ${wentBack}`);
    const isNew = row.status === "IN_PROGRESS" && row.attempt > (before?.attempt ?? 0);
    if (isNew) for (const listener of this.#claimListeners) listener(row);
  }
}
