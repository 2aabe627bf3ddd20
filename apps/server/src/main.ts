import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LogFile } from "@tilewright/log";
import pino from "pino";
import { readEnv } from "./env.ts";
import { startServer } from "./start-server.ts";

const webDirectory = fileURLToPath(new URL("../../web/dist", import.meta.url));

try {
  const env = readEnv();
  const logFile = join(env.DATA_DIRECTORY, "logs", "server.log");
  const logger = pino({ level: env.LOG_LEVEL }, new LogFile(logFile));
  const server = await startServer({
    env,
    logger,
    webDirectory,
    onStep: (step) => say(`${step} …`),
    onFatal: (error) => fail(error, logFile),
  });
  say(`\nTilewright is ready:  ${server.address}\n\nCtrl-C stops it. Logs: ${join(env.DATA_DIRECTORY, "logs")}`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    say("\nStopping …");
    server.stop().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // Started by a process that is gone: nobody could stop this one.
  process.once("disconnect", stop);
} catch (error) {
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
