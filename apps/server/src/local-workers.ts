import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";

export interface LocalWorkerOptions {
  readonly count: number;
  /** Begins the workers' names; unique among the servers that share a store, and the same at the next start. */
  readonly name: string;
  /** Everything a worker is told; it inherits nothing of this process's own environment beyond it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logger: Logger;
}

const workerProgram = fileURLToPath(import.meta.resolve("@tilewright/worker"));
const restartAfterMs = 1_000;
/** A worker hands its job back within moments. One that does not is killed: its lease tells the others. */
const goodByeMs = 15_000;

/**
 * Runs worker processes beside the server and starts anew those that die. A worker ends by itself when this process
 * does, however that happens.
 */
export function startLocalWorkers({ count, name, environment, logger }: LocalWorkerOptions): { stop(): Promise<void> } {
  const workers = new Map<number, ChildProcess>();
  let stopped = false;
  const start = (index: number) => {
    const env = { ...environment, WORKER_ID: `${name}-${index}` };
    const child = fork(workerProgram, { env, stdio: ["ignore", "ignore", "ignore", "ipc"] });
    workers.set(index, child);
    child.on("error", (error) => logger.error({ err: error, index }, "a worker could not be started"));
    // Unlike "exit", it comes for one that could not be started, too.
    child.once("close", (code, signal) => {
      workers.delete(index);
      if (stopped) return;
      logger.warn({ index, code, signal }, "a worker ended; starting it anew");
      setTimeout(() => stopped || start(index), restartAfterMs).unref();
    });
  };
  for (let index = 1; index <= count; index += 1) start(index);
  return {
    async stop() {
      stopped = true;
      await Promise.all([...workers.values()].map(endWorker));
    },
  };
}

async function endWorker(child: ChildProcess): Promise<void> {
  const end = once(child, "close");
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), goodByeMs);
  await end;
  clearTimeout(impatience);
}
