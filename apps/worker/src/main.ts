import { createTilewrightClient } from "@tilewright/client";
import { misspeltSentence } from "@tilewright/core";
import { LogFile } from "@tilewright/log";
import { openObjectStore } from "@tilewright/storage";
import pino from "pino";
import { misspeltIn, readEnv } from "./env.ts";
import { runWorker } from "./run-worker.ts";

process.umask(process.umask() | 0o027);
try {
  for (const misspelt of misspeltIn()) process.stderr.write(`! ${misspeltSentence(misspelt)}\n`);
  const env = readEnv();
  const destination = env.LOG_FILE === undefined ? pino.destination(1) : new LogFile(env.LOG_FILE);
  const logger = pino({ level: env.LOG_LEVEL, base: { workerId: env.WORKER_ID } }, destination);
  const stop = new AbortController();
  const end = () => stop.abort(new Error("The worker was stopped."));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.on(signal, end);
  // Started by a server that is gone: nobody would ever stop this process.
  process.once("disconnect", end);
  const client = createTilewrightClient({ baseUrl: env.SERVER_URL, workerToken: env.WORKER_TOKEN });
  const limits = { maxPixels: env.MAX_PIXELS, memoryBytes: env.MEMORY_BYTES, timeoutMs: env.TIMEOUT_MS };
  const settings = { tileSizePx: env.TILE_SIZE_PX, tileFormat: env.TILE_FORMAT, quality: env.TILE_QUALITY };
  const objects = await openObjectStore(env.STORAGE_URL, env.WORKER_TOKEN);
  logger.info({ server: env.SERVER_URL }, "ready");
  const { WORKER_ID: workerId, SCRATCH_DIRECTORY: scratchDirectory, LARGE_MEMORY_BYTES: largeMemoryBytes } = env;
  await runWorker(
    {
      client,
      objects,
      workerId,
      scratchDirectory,
      settings,
      limits,
      reserveBytes: env.RESERVE_BYTES,
      largeMemoryBytes,
      logger,
    },
    stop.signal,
  );
  process.exit(0);
} catch (error) {
  process.stderr.write(`The worker could not go on: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
