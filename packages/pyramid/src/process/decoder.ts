import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PyramidError } from "../errors.ts";
import { childEnvironment } from "./env.ts";
import { tethered } from "./tether.ts";

const childPath = fileURLToPath(new URL("../child/child.ts", import.meta.url));
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

/** @param script what it runs: told its parent's id, it takes one message and answers. */
export function startDecoder(script = childPath): Decoder {
  const [program, ...args] = tethered([process.execPath, script, String(process.pid)]);
  const child = spawn(program, args, {
    env: childEnvironment(),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // A process group of its own, which is ended as one: with it whatever it has started.
    detached: true,
  });
  const ended = whenEnded(child);
  // Whoever waits for its end hears of a failure; until then, nobody does.
  ended.catch(() => {});
  return { process: child, ended };
}

/**
 * Ends it and all that it has started. Even after its answer: it has nothing left to do, and this is quicker than
 * letting libvips tidy up.
 */
export async function endDecoder({ process: child, ended }: Decoder): Promise<void> {
  child.kill("SIGKILL");
  endGroup(child.pid);
  await ended.catch(() => {});
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left of it.
  }
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
