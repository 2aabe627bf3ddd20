import type { Workers } from "@tilewright/core/jobs";
import { LRUCache } from "lru-cache";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import { Gathering } from "./gathering.ts";
import type { JobTable } from "./job-table.ts";

/** All watchers of all waiting jobs share an answer for so long. */
const freshForMs = 1_500;

/** Between the end of a job and its next claim a worker neither holds a lease nor asks. */
const graceMs = 15_000;

/** Workers are written down together, so often at most, */
const writeEveryMs = 1_000;
/** and for longer than they said, so that not each time that they ask again has to be. */
const spareMs = 25_000;

interface Asker {
  readonly workerId: string;
  readonly forMs: number;
  readonly kinds: readonly string[];
}

interface Written extends Asker {
  readonly untilMs: number;
}

/** What was last seen of the workers of one kind. */
interface Look {
  answer: Promise<boolean>;
  askedAtMs: number;
  seenAtMs: number;
}

/** Workers on Prisma: a row per worker that asked lately, and the leases of those at work. */
export class PrismaWorkers implements Workers {
  readonly #prisma: PrismaClient;
  readonly #table: Pick<JobTable, "names" | "hasKinds">;
  readonly #atWork: Prisma.Sql;
  readonly #looks = new Map<string | undefined, Look>();
  readonly #written = new LRUCache<string, Written>({ max: 10_000 });
  readonly #writing = new Gathering((workerIds) => this.#write(workerIds), writeEveryMs);

  /** @param everywhere the tables of all domains: a worker of several may be at work in another, and will be back. */
  constructor(
    prisma: PrismaClient,
    table: Pick<JobTable, "names" | "hasKinds">,
    everywhere: readonly Pick<JobTable, "names">[],
  ) {
    this.#prisma = prisma;
    this.#table = table;
    const atWork = everywhere.map(
      ({ names }) => Prisma.sql`
        SELECT worker_id FROM ${Prisma.raw(names.jobs)}
        WHERE status = 'IN_PROGRESS' AND lease_expires_at > now()`,
    );
    this.#atWork = Prisma.join(atWork, " UNION ALL ");
  }

  async ask(workerId: string, forMs: number, kinds: readonly string[] = []): Promise<void> {
    const untilMs = performance.now() + forMs;
    const written = this.#written.get(workerId);
    const isWritten = written && written.untilMs >= untilMs && written.untilMs <= untilMs + spareMs;
    if (isWritten && isSame(written.kinds, kinds)) return;
    const spare = forMs > 0 ? spareMs : 0;
    this.#written.set(workerId, { workerId, forMs: forMs + spare, untilMs: untilMs + spare, kinds });
    await this.#writing.ask([workerId]);
  }

  async #write(workerIds: readonly string[]): Promise<ReadonlyMap<string, never>> {
    const askers = workerIds.flatMap((workerId) => this.#written.peek(workerId) ?? []);
    try {
      await this.#insert(askers);
    } catch (error) {
      for (const workerId of workerIds) this.#written.delete(workerId);
      throw error;
    }
    return new Map<string, never>();
  }

  async #insert(askers: readonly Asker[]): Promise<void> {
    const workers = Prisma.raw(this.#table.names.workers);
    const rows = JSON.stringify(askers);
    const [column, update] = this.#table.hasKinds
      ? [Prisma.sql`, kinds`, Prisma.sql`, kinds = EXCLUDED.kinds`]
      : [Prisma.empty, Prisma.empty];
    await this.#prisma.$executeRaw`
      WITH asker AS (
        SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS asker ("workerId" text, "forMs" float8, kinds text[])),
      gone AS (
        DELETE FROM ${workers} WHERE expected_until < now() - interval '1 day'
          AND worker_id NOT IN (SELECT "workerId" FROM asker))
      INSERT INTO ${workers} (worker_id, expected_until${column})
      SELECT "workerId", now() + "forMs" * interval '1 millisecond'${column} FROM asker ORDER BY "workerId"
      ON CONFLICT (worker_id) DO UPDATE SET expected_until = EXCLUDED.expected_until${update}`;
  }

  isAnyThere(kind?: string): Promise<boolean> {
    const last = this.#looks.get(kind);
    const askedAtMs = performance.now();
    if (last && askedAtMs - last.askedAtMs < freshForMs) return last.answer;
    const look: Look = {
      askedAtMs,
      seenAtMs: last?.seenAtMs ?? Number.NEGATIVE_INFINITY,
      answer: this.#isSeen(kind).then((isSeen) => {
        if (isSeen) look.seenAtMs = performance.now();
        return performance.now() - look.seenAtMs < graceMs;
      }),
    };
    this.#looks.set(kind, look);
    return look.answer;
  }

  async #isSeen(kind: string | undefined): Promise<boolean> {
    const [jobs, workers] = [Prisma.raw(this.#table.names.jobs), Prisma.raw(this.#table.names.workers)];
    const [canDoIt, isOfKind] =
      kind === undefined
        ? [Prisma.empty, Prisma.empty]
        : [Prisma.sql`AND ${kind} = ANY(kinds)`, Prisma.sql`AND kind = ${kind}`];
    const [row] = await this.#prisma.$queryRaw<{ found: boolean }[]>`
      SELECT EXISTS (SELECT FROM ${workers} WHERE expected_until > now() ${canDoIt})
          OR EXISTS (
            SELECT FROM ${jobs} WHERE status = 'IN_PROGRESS' AND lease_expires_at > now() ${isOfKind})
          OR EXISTS (SELECT FROM ${workers} WHERE worker_id IN (${this.#atWork}) ${canDoIt}) AS found`;
    return row?.found ?? false;
  }
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((each) => other.includes(each));
