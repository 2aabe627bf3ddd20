import { PgBoss, type QueueOptions, type Warning } from "pg-boss";
import type { PrismaClient } from "../generated/prisma/client.ts";
import { assertDurable } from "./durability.ts";
import { Notices } from "./notices.ts";
import { createPrisma } from "./prisma.ts";
import { connectTimeoutMs } from "./session.ts";

/** One open database: the rows through Prisma, the messages through pg-boss. */
export interface Database {
  readonly prisma: PrismaClient;
  /** Its methods join a transaction when given `{ db: fromPrisma(tx) }`. */
  readonly boss: PgBoss;
  /** What other nodes put in line, for those who wait at this one. */
  readonly notices: Notices;
  /** Closes all connections, after the queries that run. Repeating it is a no-op. */
  close(): Promise<void>;
}

/** A queue that has to exist. Its policy is always "standard". */
export interface QueueDefinition extends QueueOptions {
  name: string;
  /** Gets the messages whose retries are used up; defined before the queue that names it. */
  deadLetter?: string;
}

export interface ConnectOptions {
  /**
   * `supervisor` also expires messages whose worker is gone, and deletes old ones: at least one node must. `client`
   * only sends and fetches.
   */
  bossRole: "supervisor" | "client";
  /** Created, or brought up to these options, in this order. */
  queues: readonly QueueDefinition[];
  /** How soon a supervisor notices an expired message (default 2). Whole seconds, at least 1. */
  superviseIntervalSeconds?: number;
  /** Connections for queries (default 10); pg-boss has up to 4 of its own beside them. */
  maxConnections?: number;
  /** Errors outside any call: a connection lost while idle, a failed round of supervision. */
  onError: (error: Error) => void;
  /** What pg-boss noticed: a slow query, a growing queue. */
  onWarning?: (warning: Warning) => void;
}

const bossSchema = "pgboss";
const bossConnections = 4;

/**
 * Connects to a database that has all migrations, creates pg-boss's own schema and the queues where they are missing.
 *
 * @param url `postgresql://user:password@host:port/name` of a session, not of a transaction pooler.
 * @throws DatabaseError `DATABASE_UNREACHABLE`; `DATABASE_NOT_DURABLE`: the server could lose a commit that it has
 * acknowledged.
 */
export async function connectDatabase(url: string, options: ConnectOptions): Promise<Database> {
  await assertDurable(url);
  const prisma = createPrisma(url, options.maxConnections ?? 10, options.onError);
  const boss = createBoss(url, options);
  const notices = new Notices(url, options.onError);
  let closing: Promise<void> | undefined;
  const database: Database = {
    prisma,
    boss,
    notices,
    close() {
      closing ??= closeAll([boss.stop(), prisma.$disconnect(), notices.close()]);
      return closing;
    },
  };
  try {
    await boss.start();
    for (const queue of options.queues) await ensureQueue(boss, queue);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function createBoss(url: string, options: ConnectOptions): PgBoss {
  const intervalSeconds = options.superviseIntervalSeconds ?? 2;
  const boss = new PgBoss({
    connectionString: url,
    schema: bossSchema,
    max: bossConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    supervise: options.bossRole === "supervisor",
    superviseIntervalSeconds: intervalSeconds,
    monitorIntervalSeconds: intervalSeconds,
    // Cron jobs, of which there are none.
    schedule: false,
  });
  // Without a listener, an error event ends the process.
  boss.on("error", options.onError);
  if (options.onWarning) boss.on("warning", options.onWarning);
  return boss;
}

async function ensureQueue(boss: PgBoss, { name, ...queueOptions }: QueueDefinition): Promise<void> {
  await boss.createQueue(name, queueOptions);
  // Creating a queue that exists leaves it as it is.
  if (Object.keys(queueOptions).length > 0) await boss.updateQueue(name, queueOptions);
}

async function closeAll(closings: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(closings);
  for (const result of results) {
    if (result.status === "rejected") throw result.reason;
  }
}
