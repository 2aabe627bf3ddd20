import { fromPrisma, type PgBoss } from "pg-boss";
import type { QueueDefinition } from "../connect.ts";
import type { Transaction } from "../transaction.ts";

const queueName = "tile";

/**
 * A message waits in this queue exactly as long as its job is PENDING. Retries, leases and attempts are the row's
 * own (see docs/adr/0003-one-lease.md), so pg-boss must never expire, retry or retire a message by itself.
 */
export const tilingQueue: QueueDefinition = {
  name: queueName,
  retryLimit: 0,
  retentionSeconds: 10 * 365 * 24 * 60 * 60,
};

/** How often a waiting node looks for jobs that another node has put in line. */
const lookEveryMs = 500;

/** Puts jobs in line and hands them out, always inside the transaction that changes the row. */
export class TilingDispatch {
  readonly #boss: PgBoss;
  readonly #waiting = new Set<() => void>();

  constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  async enqueue(tx: Transaction, jobId: string, delayMs = 0): Promise<void> {
    const startAfter = delayMs > 0 ? { startAfter: Math.ceil(delayMs / 1_000) } : {};
    const sent = await this.#boss.send(queueName, { jobId }, { id: jobId, db: fromPrisma(tx), ...startAfter });
    // A used id is refused without an error; without a message the row would wait for good.
    if (sent === null) throw new Error(`The tiling job ${jobId} is in line already.`);
  }

  /** Takes the first job out of the line; null when none is due. */
  async takeNext(tx: Transaction): Promise<string | null> {
    const [message] = await this.#boss.fetch<{ jobId: string }>(queueName, { db: fromPrisma(tx) });
    if (!message) return null;
    await this.remove(tx, message.id);
    return message.data.jobId;
  }

  async remove(tx: Transaction, jobId: string): Promise<void> {
    await this.#boss.deleteJob(queueName, jobId, { db: fromPrisma(tx) });
  }

  /** To be called once a transaction that put something in line has been committed. */
  announce(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at the next announcement of this node, or when it is time to look for other nodes' jobs. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(timeoutMs, lookEveryMs));
      signal.addEventListener("abort", wake, { once: true });
      this.#waiting.add(wake);
    });
  }
}
