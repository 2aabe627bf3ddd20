import { fromPrisma, type PgBoss } from "pg-boss";
import { Prisma } from "../../generated/prisma/client.ts";
import type { Database, QueueDefinition } from "../connect.ts";
import { noticeChannel } from "../notices.ts";
import type { Transaction } from "../transaction.ts";
import type { JobTable } from "./job-table.ts";
import { lookAtLine } from "./line.ts";
import { WaitingLine } from "./waiting-line.ts";

/**
 * A message waits in a domain's queue exactly as long as its job is PENDING. Retries, leases and attempts are the row's
 * own (see docs/adr/0003-one-lease.md), so pg-boss must never expire, retry or retire a message by itself.
 */
export const queueOf = ({ names }: Pick<JobTable, "names">): QueueDefinition => ({
  name: names.queue,
  retryLimit: 0,
  retentionSeconds: 10 * 365 * 24 * 60 * 60,
});

/** Puts jobs in line and hands them out, always inside the transaction that changes the row. */
export class JobDispatch {
  /** The tables of all domains whose jobs go to the same workers. */
  readonly everywhere: readonly Pick<JobTable, "names">[];
  readonly #boss: PgBoss;
  readonly #queue: string;
  readonly #jobs: Prisma.Sql;
  /** Those of this node who wait for what is put in line, here or elsewhere. */
  readonly waiting: WaitingLine;

  constructor(
    { boss, prisma, notices }: Omit<Database, "close">,
    table: Pick<JobTable, "names" | "hasKinds">,
    everywhere: JobDispatch["everywhere"],
  ) {
    this.everywhere = everywhere;
    this.#boss = boss;
    this.#queue = table.names.queue;
    this.#jobs = Prisma.raw(table.names.jobs);
    this.waiting = new WaitingLine({
      look: (asked) => lookAtLine(table, prisma, asked),
      isNotified: () => notices.isListening(),
    });
    notices.on(this.#queue, () => this.announce());
  }

  async enqueue(tx: Transaction, jobId: string, delayMs = 0): Promise<void> {
    const startAfter = delayMs > 0 ? { startAfter: Math.ceil(delayMs / 1_000) } : {};
    const send = () => this.#boss.send(this.#queue, { jobId }, { id: jobId, db: fromPrisma(tx), ...startAfter });
    if ((await send()) === null) {
      // A used id is refused without an error. Whatever still has it has no right to, nor must it keep the job waiting.
      await this.remove(tx, jobId);
      if ((await send()) === null) throw new Error(`The job ${jobId} could not be put in line.`);
    }
    // Other nodes hear of it when this transaction is committed.
    await tx.$executeRaw`SELECT pg_notify(${noticeChannel}, ${this.#queue})`;
  }

  /** Takes the first job out of the line; null when none is due. @param kinds of these alone. */
  async takeNext(tx: Transaction, kinds?: readonly string[]): Promise<string | null> {
    const jobId = kinds ? await this.#firstOf(tx, kinds) : await this.#first(tx);
    if (jobId) await this.remove(tx, jobId);
    return jobId;
  }

  async #first(tx: Transaction): Promise<string | null> {
    const [message] = await this.#boss.fetch(this.#queue, { db: fromPrisma(tx) });
    return message?.id ?? null;
  }

  /** As pg-boss fetches, which knows nothing of kinds: the rows do. */
  async #firstOf(tx: Transaction, kinds: readonly string[]): Promise<string | null> {
    const [message] = await tx.$queryRaw<{ id: string }[]>`
      SELECT message.id::text FROM pgboss.job AS message JOIN ${this.#jobs} AS job ON job.id = message.id
      WHERE message.name = ${this.#queue} AND message.state < 'active' AND message.start_after < now()
        AND job.kind = ANY(${kinds})
      ORDER BY message.priority DESC, message.created_on, message.id LIMIT 1 FOR UPDATE OF message SKIP LOCKED`;
    return message?.id ?? null;
  }

  async remove(tx: Transaction, jobId: string): Promise<void> {
    await this.#boss.deleteJob(this.#queue, jobId, { db: fromPrisma(tx) });
  }

  /** Removes messages without a PENDING job. One statement: what it sees of messages and rows is one moment. */
  async removeStrays(tx: Transaction, limit: number): Promise<number> {
    return tx.$executeRaw`
      DELETE FROM pgboss.job WHERE name = ${this.#queue} AND id IN (
        SELECT message.id FROM pgboss.job AS message
        WHERE message.name = ${this.#queue}
          AND NOT EXISTS (SELECT FROM ${this.#jobs} AS job WHERE job.id = message.id AND job.status = 'PENDING')
        LIMIT ${limit} FOR UPDATE SKIP LOCKED)`;
  }

  /** PENDING jobs that no claim can find, since no message of theirs waits; all, or those of `among`. */
  async findUnsent(tx: Transaction, limit: number, among: readonly string[] | null = null): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT job.id FROM ${this.#jobs} AS job
      WHERE job.status = 'PENDING' AND (${among}::uuid[] IS NULL OR job.id = ANY(${among}::uuid[]))
        AND NOT EXISTS (
          SELECT FROM pgboss.job AS message
          WHERE message.name = ${this.#queue} AND message.id = job.id AND message.state < 'active')
      ORDER BY job.id LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  }

  /** To be called once a transaction that put something in line has been committed. */
  announce(): void {
    this.waiting.announce();
  }
}
