import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Ports } from "@tilewright/core";
import { applyMigrations, connectDatabase, createRepositories, queues, startEmbeddedPostgres } from "@tilewright/db";
import { DiskObjectStore, openObjectStore } from "@tilewright/storage";
import type { Logger } from "pino";
import type { Env } from "./env.ts";
import { measureLag } from "./event-loop-lag.ts";
import { createHttpApp } from "./http/app.ts";
import { startLocalWorkers } from "./local-workers.ts";
import { startMaintenance } from "./maintenance/start-maintenance.ts";
import { readinessChecks } from "./readiness/readiness-checks.ts";
import { loadSecrets } from "./secrets.ts";
import { edgeOf, settingsOf } from "./settings.ts";

export interface RunningServer {
  /** Where the page is. */
  readonly address: string;
  /** Ends everything in the reverse order of its start. Repeating it is a no-op. */
  stop(): Promise<void>;
}

interface StartOptions {
  readonly env: Env;
  readonly logger: Logger;
  readonly webDirectory: string;
  /** Ends a start that is on its way. Afterwards it means nothing: see `stop`. */
  readonly signal: AbortSignal;
  /** Told what is being done, in a few words. */
  readonly onStep: (step: string) => void;
  /** Called when a part that everything rests on ends by itself. */
  readonly onFatal: (error: Error) => void;
}

/**
 * Starts database, storage, HTTP and workers, in this order; what has been started is stopped again when a later step
 * fails.
 *
 * @throws DatabaseError, or any other error with a message for the person who starts it. @throws the signal's reason.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { env, logger, webDirectory, signal, onStep } = options;
  const stops: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopAll(stops, logger);
    return stopping;
  };
  try {
    const secrets = await loadSecrets(join(env.DATA_DIRECTORY, "secrets.json"));
    const workerToken = env.WORKER_TOKEN ?? secrets.workerToken;

    const databaseUrl = env.DATABASE_URL ?? (await startOwnDatabase(options, stops));
    signal.throwIfAborted();
    onStep("Applying migrations");
    await applyMigrations(databaseUrl);
    signal.throwIfAborted();
    const database = await connectDatabase(databaseUrl, {
      bossRole: "supervisor",
      queues,
      // The queue holds nothing that expires: see docs/adr/0003-one-lease.md.
      superviseIntervalSeconds: 60,
      onError: (error) => logger.error({ err: error }, "the database connection failed"),
      onWarning: (warning) => logger.warn({ warning }, "the queue noticed something"),
    });
    stops.push(() => database.close());

    const objects = await openObjectStore(
      env.STORAGE_URL,
      env.SIGNING_SECRET ?? secrets.signingSecret,
      env.RESERVE_BYTES,
    );
    const ports: Ports = {
      ...createRepositories(database, { kinds: env.ANALYSE_EACH, maxAttempts: env.MAX_ATTEMPTS }),
      objects,
      settings: settingsOf(env),
      random: Math.random,
      now: () => new Date(),
      lagMs: measureLag(),
    };

    onStep("Starting the server");
    const app = await createHttpApp({
      ports,
      parts: objects instanceof DiskObjectStore ? { receiver: objects } : { origin: objects.partOrigin },
      workerToken,
      webDirectory,
      logger,
      ...edgeOf(env),
      checks: await readinessChecks({ ports, database, env }),
    });
    stops.push(() => app.close());
    const address = await app.listen({ host: env.HOST, port: env.PORT });
    signal.throwIfAborted();
    const maintenance = startMaintenance(
      ports,
      {
        sweepEveryMs: env.SWEEP_EVERY_MS,
        abandonedAfterMs: env.ABANDONED_AFTER_MS,
        auditEveryMs: env.AUDIT_EVERY_MS,
        auditBytes: env.AUDIT_BYTES,
      },
      logger,
    );
    stops.push(() => maintenance.stop());
    const workers = startLocalWorkers({
      count: env.WORKERS,
      name: `${hostname()}-${new URL(address).port}`,
      environment: workerEnvironment(env, address, workerToken),
      logger,
    });
    stops.push(() => workers.stop());
    logger.info({ address }, "ready");
    return { address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startOwnDatabase(
  { env, logger, signal, onStep, onFatal }: StartOptions,
  stops: (() => Promise<unknown>)[],
): Promise<string> {
  onStep("Starting the database");
  const postgres = await startEmbeddedPostgres({
    directory: join(env.DATA_DIRECTORY, "postgres"),
    onProgress: (step) => step === "initialising" && onStep("Creating the database"),
    onRestart: () => logger.warn("the database ended by itself and was started again"),
    onUnexpectedExit: onFatal,
    signal,
  });
  stops.push(() => postgres.stop());
  return postgres.url;
}

const workerSettings = [
  "MAX_PIXELS",
  "MEMORY_BYTES",
  "LARGE_MEMORY_BYTES",
  "RESERVE_BYTES",
  "TILE_SIZE_PX",
  "TILE_FORMAT",
  "TILE_QUALITY",
] as const;

const workerEnvironment = (env: Env, address: string, workerToken: string): Record<string, string> => ({
  SERVER_URL: address,
  WORKER_TOKEN: workerToken,
  STORAGE_URL: env.STORAGE_URL,
  ...env.passedOn,
  // A disk store has a place for scratch of its own, from which publishing is a rename.
  ...(!env.STORAGE_URL.startsWith("file:") && { SCRATCH_DIRECTORY: join(env.DATA_DIRECTORY, "scratch") }),
  ...Object.fromEntries(
    workerSettings.filter((name) => env[name] !== undefined).map((name) => [name, String(env[name])]),
  ),
  LOG_LEVEL: env.LOG_LEVEL,
  LOG_FILE: join(env.DATA_DIRECTORY, "logs", "worker.log"),
});

/** What waits for a database that does not answer must not keep it from being stopped. */
const longestPartStopMs = 20_000;

/** The last one may take its time: it is the database, which writes everything down. */
async function stopAll(stops: (() => Promise<unknown>)[], logger: Logger): Promise<void> {
  for (const [index, stop] of stops.reverse().entries()) {
    const stopping = stop().catch((error: unknown) => logger.error({ err: error }, "a part did not stop cleanly"));
    const isLast = index === stops.length - 1;
    await (isLast ? stopping : Promise.race([stopping, delay(longestPartStopMs, undefined, { ref: false })]));
  }
}
