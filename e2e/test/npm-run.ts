import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { descendants } from "./process-tree.ts";

const root = resolve(import.meta.dirname, "../..");

export interface NpmRun {
  readonly process: ChildProcess;
  /** Everything that it has said so far, line by line. */
  readonly said: readonly string[];
  /** Resolves once it has said something that contains `text`. */
  says(text: string): Promise<void>;
}

/**
 * Runs one of npm's scripts as a supervisor does: without a terminal, in a process group of its own. What is left of it
 * is killed when the test ends.
 */
export function npmRun(script: readonly string[], settings: Record<string, string>): NpmRun {
  const { PATH = "", HOME = "", NODE_COMPILE_CACHE = "" } = process.env;
  const npm = spawn("npm", script, {
    cwd: root,
    // With the system's npm and Node: those of the workspace are started by a shell each.
    env: {
      PATH: PATH.split(":")
        .filter((folder) => !folder.includes("node_modules"))
        .join(":"),
      HOME,
      NODE_COMPILE_CACHE,
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  onTestFinished(() => {
    for (const { pid } of descendants(npm.pid ?? 0).reverse()) kill(pid);
    npm.kill("SIGKILL");
  });
  const said: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [npm.stdout, npm.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      said.push(line);
      for (const look of waiting) look();
    });
  }
  const says = (text: string) =>
    new Promise<void>((settle, reject) => {
      const look = () => {
        if (!said.some((line) => line.includes(text))) return;
        waiting.delete(look);
        settle();
      };
      waiting.add(look);
      npm.once("exit", () => reject(new Error(`It ended:\n${said.join("\n")}`)));
      look();
    });
  return { process: npm, said, says };
}

/** The end of another may have ended it already. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone, as it should be.
  }
}
