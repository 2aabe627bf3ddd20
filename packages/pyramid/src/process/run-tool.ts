import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { commandFolders } from "./env.ts";
import { tethered } from "./tether.ts";

/** What a program may take before the system ends it. */
export interface ToolLimits {
  /** Of processor time, in all its threads. */
  readonly cpuSeconds: number;
  /** That it may write to, resident or not; Infinity for no limit. */
  readonly memoryBytes: number;
  /** Of the longest file that it writes. */
  readonly fileBytes: number;
  /** By the clock; null for no limit. */
  readonly timeoutMs: number | null;
}

export interface ToolOptions {
  readonly limits: ToolLimits;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Told what it writes to its standard output, instead of gathering that. */
  readonly onOutput?: (text: string) => void;
}

/** How a program ended that was started. */
export interface ToolEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** The last of it. */
  readonly stderr: string;
  readonly endedFor: "time" | "output" | null;
}

const longestOutput = 8 * 2 ** 20;
const longestStderr = 4_096;

/** A parent that is gone by now would not be missed. What the system does not let be limited, it limits already. */
const limited = `[ "$PPID" = "$1" ] || exit 1
{ ulimit -c 0 || :
ulimit -S -t "$2" && ulimit -H -t "$(($2 + 5))" || :
ulimit -f "$3" || :
ulimit -d "$4" || :; } 2> /dev/null
shift 4
exec "$@"`;

/**
 * Runs a program that reads what strangers send. It is one of the decoder's process group and tethered to it, so that
 * nothing of it is left when the decoder ends, and the system holds it to its limits even if nobody looks.
 *
 * @returns null where there is no such command. @throws Error the system starts no more processes.
 */
export async function runTool(
  name: string,
  args: readonly string[],
  { limits, env, cwd, onOutput }: ToolOptions,
): Promise<ToolEnd | null> {
  const path = await pathOf(name);
  if (!path) return null;
  const sizes = [limits.cpuSeconds, limits.fileBytes / 512, limits.memoryBytes / 1024];
  const words = sizes.map((size) => (Number.isFinite(size) ? String(Math.ceil(size)) : "unlimited"));
  const shell = ["/bin/sh", "-c", limited, "sh", String(process.pid), ...words, path, ...args];
  const [program, ...rest] = tethered(shell);
  const child = spawn(program, rest, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr]: [string, string] = ["", ""];
  let endedFor: ToolEnd["endedFor"] = null;
  const end = (reason: "time" | "output"): void => {
    endedFor ??= reason;
    child.kill("SIGKILL");
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (onOutput) return onOutput(text);
    stdout += text;
    if (stdout.length > longestOutput) end("output");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-longestStderr);
  });
  const timer = limits.timeoutMs === null ? undefined : setTimeout(() => end("time"), limits.timeoutMs);
  try {
    const [code, signal] = await once(child, "close");
    return { code, signal, stdout, stderr, endedFor };
  } finally {
    clearTimeout(timer);
  }
}

/** As a shell would find it. */
export async function pathOf(name: string): Promise<string | null> {
  for (const folder of commandFolders()) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}
