import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PyramidError } from "../errors.ts";
import { childEnvironment } from "./env.ts";

const childPath = fileURLToPath(new URL("./child.ts", import.meta.url));
const longestStderr = 4_096;

/** A process that waits for its one task. */
export interface Decoder {
  readonly process: ChildProcess;
  /** @throws PyramidError INTERNAL it could not be started. */
  readonly ended: Promise<End>;
}

export interface End {
  readonly killedBy: NodeJS.Signals | null;
  readonly stderr: string;
}

export function startDecoder(): Decoder {
  const child = fork(childPath, {
    execArgv: [],
    env: childEnvironment(),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const ended = whenEnded(child);
  // Whoever waits for its end hears of a failure; until then, nobody does.
  ended.catch(() => {});
  return { process: child, ended };
}

/** Even after its answer: it has nothing left to do, and this is quicker than letting libvips tidy up. */
export async function endDecoder({ process: child, ended }: Decoder): Promise<void> {
  child.kill("SIGKILL");
  await ended.catch(() => {});
}

function whenEnded(child: ChildProcess): Promise<End> {
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-longestStderr);
  });
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      if (child.pid === undefined) reject(new PyramidError("INTERNAL", "No process could be started.", { cause }));
    });
    child.once("close", (_code, killedBy) => resolve({ killedBy, stderr }));
  });
}
