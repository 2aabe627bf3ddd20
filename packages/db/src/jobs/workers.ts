import type { Workers } from "@tilewright/core";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import type { JobTable } from "./job-table.ts";

/** All watchers of all waiting jobs share an answer for so long. */
const freshForMs = 1_500;

/** Between the end of a job and its next claim a worker neither holds a lease nor asks. */
const graceMs = 15_000;

type NamedTable = Pick<JobTable, "names">;

/** What was last seen of the workers of one kind. */
interface Look {
  answer: Promise<boolean>;
  askedAtMs: number;
  seenAtMs: number;
}

/** Workers on Prisma: a row per worker that asked lately, and the leases of those at work. */
export class PrismaWorkers implements Workers {
  readonly #prisma: PrismaClient;
  readonly #jobs: Prisma.Sql;
  readonly #workers: Prisma.Sql;
  readonly #atWork: Prisma.Sql;
  readonly #looks = new Map<string | undefined, Look>();

  /** @param everywhere the tables of all domains: a worker of several may be at work in another, and will be back. */
  constructor(prisma: PrismaClient, { names }: NamedTable, everywhere: readonly NamedTable[]) {
    this.#prisma = prisma;
    this.#jobs = Prisma.raw(names.jobs);
    this.#workers = Prisma.raw(names.workers);
    const atWork = everywhere.map(
      (table) => Prisma.sql`
        SELECT worker_id FROM ${Prisma.raw(table.names.jobs)}
        WHERE status = 'IN_PROGRESS' AND lease_expires_at > now()`,
    );
    this.#atWork = Prisma.join(atWork, " UNION ALL ");
  }

  async ask(workerId: string, forMs: number, kinds?: readonly string[]): Promise<void> {
    const [column, value, update] = kinds
      ? [Prisma.sql`, kinds`, Prisma.sql`, ${kinds}::text[]`, Prisma.sql`, kinds = EXCLUDED.kinds`]
      : [Prisma.empty, Prisma.empty, Prisma.empty];
    await this.#prisma.$executeRaw`
      WITH gone AS (
        DELETE FROM ${this.#workers} WHERE expected_until < now() - interval '1 day' AND worker_id <> ${workerId})
      INSERT INTO ${this.#workers} (worker_id, expected_until${column})
      VALUES (${workerId}, now() + ${forMs} * interval '1 millisecond'${value})
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
    const [canDoIt, isOfKind] =
      kind === undefined
        ? [Prisma.empty, Prisma.empty]
        : [Prisma.sql`AND ${kind} = ANY(kinds)`, Prisma.sql`AND kind = ${kind}`];
    const [row] = await this.#prisma.$queryRaw<{ found: boolean }[]>`
      SELECT EXISTS (SELECT FROM ${this.#workers} WHERE expected_until > now() ${canDoIt})
          OR EXISTS (
            SELECT FROM ${this.#jobs} WHERE status = 'IN_PROGRESS' AND lease_expires_at > now() ${isOfKind})
          OR EXISTS (SELECT FROM ${this.#workers} WHERE worker_id IN (${this.#atWork}) ${canDoIt}) AS found`;
    return row?.found ?? false;
  }
}
