import { type Job, wentBack } from "@tilewright/core/jobs";
import { type Database, type JobTable, Prisma, tables } from "@tilewright/db";

export interface Claim {
  readonly jobId: string;
  readonly attempt: number;
  readonly workerId: string;
}

/** A row without what the watcher does not look at; the counts of its domain beside it. */
type Row = Claim & Pick<Job, "status" | "version" | "stage" | "stageFraction">;

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
    const looks = await Promise.all(tables.map(async (table) => ({ table, rows: await this.#activeOf(table) })));
    this.#active = new Map(looks.flatMap(({ rows }) => rows.map((row) => [row.jobId, row])));
    for (const { table, rows } of looks) for (const row of rows) this.#compare(table, row);
    for (const listener of this.#lookListeners) listener();
  }

  #activeOf({ names, rules: { counts = [] } }: JobTable): Promise<Row[]> {
    const columns = counts.map((count) => Prisma.raw(`, ${columnOf(count)} AS "${count}"`));
    return this.#prisma.$queryRaw`
      SELECT id::text AS "jobId", attempt, worker_id AS "workerId", status::text, version, stage::text,
             stage_fraction AS "stageFraction"${columns.length > 0 ? Prisma.join(columns, "") : Prisma.empty}
      FROM ${Prisma.raw(names.jobs)} WHERE status IN ('PENDING', 'IN_PROGRESS')`;
  }

  #compare({ rules }: JobTable, row: Row): void {
    const before = this.#seen.get(row.jobId);
    this.#seen.set(row.jobId, row);
    const what = before && wentBack(rules, before, row);
    if (what) this.violations.push(`I3  job ${row.jobId}  ${what}`);
    const isNew = row.status === "IN_PROGRESS" && row.attempt > (before?.attempt ?? 0);
    if (isNew) for (const listener of this.#claimListeners) listener(row);
  }
}

const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
