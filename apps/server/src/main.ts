import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { readEnv } from "./env.ts";
import { startServer } from "./start-server.ts";

const webDirectory = fileURLToPath(new URL("../../web/dist", import.meta.url));

/** Aborted by whatever a terminal or a supervisor says, from the first moment on; hearing it again changes nothing. */
const stopping = new AbortController();
const stop = () => {
  if (!stopping.signal.aborted) say("\nStopping …");
  stopping.abort(new Error("The service was stopped."));
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.on(signal, stop);
// Started by a process that is gone: nobody could stop this one.
process.once("disconnect", stop);
// Nor could anybody hear what it says, which is no reason to end in another way.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

try {
  const env = readEnv();
  const logFile = join(env.DATA_DIRECTORY, "logs", "server.log");
  const logger = pino({ level: env.LOG_LEVEL }, pino.destination({ dest: logFile, mkdir: true }));
  const server = await startServer({
    env,
    logger,
    webDirectory,
    signal: stopping.signal,
    onStep: (step) => say(`${step} …`),
    onFatal: (error) => fail(error, logFile),
  });
  say(`\nTilewright is ready:  ${server.address}\n\nCtrl-C stops it. Logs: ${join(env.DATA_DIRECTORY, "logs")}`);
  if (!stopping.signal.aborted) await once(stopping.signal, "abort");
  await server.stop();
  process.exit(0);
} catch (error) {
  if (error === stopping.signal.reason) process.exit(0);
  fail(error);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(error: unknown, logFile?: string): never {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`\nTilewright could not go on: ${message}\n${logFile ? `The log is ${logFile}\n` : ""}`);
  process.exit(1);
}
