import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { misspeltSentence } from "@tilewright/core";
import { LogFile } from "@tilewright/log";
import pino from "pino";
import { keepFromOthers, prepareDataDirectory } from "./data-directory.ts";
import { isLoopback, misspeltIn, readEnv } from "./env.ts";
import { explainStart } from "./explain-start.ts";
import { startServer } from "./start-server.ts";

const webDirectory = fileURLToPath(new URL("../../web/dist", import.meta.url));

/** More than the database may take to write everything down. */
const longestStopMs = 90_000;

/** Aborted by whatever a terminal or a supervisor says, from the first moment on; hearing it again changes nothing. */
const stopping = new AbortController();
const stop = () => {
  if (!stopping.signal.aborted) {
    say("\nStopping …");
    // Whatever it is that does not stop: the database ends with this process, and a worker does.
    setTimeout(() => process.exit(1), longestStopMs).unref();
  }
  stopping.abort(new Error("The service was stopped."));
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.on(signal, stop);
// Started by a process that is gone: nobody could stop this one.
process.once("disconnect", stop);
// Nor could anybody hear what it says, which is no reason to end in another way.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

keepFromOthers();
let explain = (error: unknown): string => (error instanceof Error ? error.message : String(error));
try {
  for (const misspelt of misspeltIn()) say(`! ${misspeltSentence(misspelt)}`);
  const env = readEnv();
  explain = (error) => explainStart(error, env);
  await prepareDataDirectory(env.DATA_DIRECTORY);
  const logFile = join(env.DATA_DIRECTORY, "logs", "server.log");
  const logger = pino({ level: env.LOG_LEVEL }, new LogFile(logFile));
  const server = await startServer({
    env,
    logger,
    webDirectory,
    signal: stopping.signal,
    onStep: (step) => say(`${step} …`),
    onFatal: (error) => fail(error, logFile),
  });
  if (!isLoopback(env.HOST)) {
    say("\n! Whoever can reach this address may see, upload and delete everything (ALLOW_ANONYMOUS).");
  }
  const where = env.PUBLIC_URL === undefined ? server.address : `${env.PUBLIC_URL}  (here: ${server.address})`;
  say(`\nTilewright is ready:  ${where}\n\nCtrl-C stops it. Logs: ${join(env.DATA_DIRECTORY, "logs")}`);
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
  process.stderr.write(`\nTilewright could not go on: ${explain(error)}\n${logFile ? `The log is ${logFile}\n` : ""}`);
  process.exit(1);
}
