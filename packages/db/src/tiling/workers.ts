import type { Workers } from "@tilewright/core";
import type { PrismaClient } from "../../generated/prisma/client.ts";

/** All watchers of all waiting jobs share an answer for so long. */
const freshForMs = 1_500;

/** Between the end of a job and its next claim a worker neither holds a lease nor asks. */
const graceMs = 15_000;

/** Workers on Prisma: a row per worker that asked lately, and the leases of those at work. */
export class PrismaWorkers implements Workers {
  readonly #prisma: PrismaClient;
  #answer: Promise<boolean> | null = null;
  #askedAtMs = 0;
  #seenAtMs = Number.NEGATIVE_INFINITY;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async ask(workerId: string, forMs: number): Promise<void> {
    await this.#prisma.$executeRaw`
      WITH gone AS (
        DELETE FROM tiling_workers WHERE expected_until < now() - interval '1 day' AND worker_id <> ${workerId})
      INSERT INTO tiling_workers (worker_id, expected_until)
      VALUES (${workerId}, now() + ${forMs} * interval '1 millisecond')
      ON CONFLICT (worker_id) DO UPDATE SET expected_until = EXCLUDED.expected_until`;
  }

  isAnyThere(): Promise<boolean> {
    if (this.#answer && performance.now() - this.#askedAtMs < freshForMs) return this.#answer;
    this.#askedAtMs = performance.now();
    this.#answer = this.#look();
    return this.#answer;
  }

  async #look(): Promise<boolean> {
    const [row] = await this.#prisma.$queryRaw<{ found: boolean }[]>`
      SELECT EXISTS (SELECT FROM tiling_workers WHERE expected_until > now())
          OR EXISTS (SELECT FROM tiling_jobs WHERE status = 'IN_PROGRESS' AND lease_expires_at > now()) AS found`;
    if (row?.found) this.#seenAtMs = performance.now();
    return performance.now() - this.#seenAtMs < graceMs;
  }
}
