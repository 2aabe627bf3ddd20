import { execFile } from "node:child_process";
import { readFile, readlink, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { errorCode } from "./error-code.ts";

const run = promisify(execFile);

/** What a running server says about itself in its folder. */
export interface PostmasterFile {
  pid: number;
  /** It accepts connections. */
  isReady: boolean;
}

/** Reads `postmaster.pid`; undefined when there is none. A crash leaves it behind, with a pid that means nothing. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const lines = (await readLines(cluster)) ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, isReady: lines[7]?.trim() === "ready" };
}

/** Whether a process is the server of this very folder, and not one that happens to have the same id. */
export async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  try {
    if (process.platform === "linux") {
      // A server works in its folder, and this stays true when the folder is moved.
      return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster));
    }
    const { stdout } = await run("ps", ["-o", "args=", "-p", String(pid)]);
    return stdout.includes(cluster);
  } catch {
    return false;
  }
}

/**
 * Takes back the claim of a server that is gone, when another process has its id by now: PostgreSQL would refuse to
 * start because of it.
 *
 * The file stays, as it also leads PostgreSQL to memory that a part of the lost server may still be using. Only the id
 * changes, to that of this process: PostgreSQL knows that its own parent can't be a server.
 */
export async function disownPostmasterFile(cluster: string): Promise<void> {
  const lines = await readLines(cluster);
  if (lines === undefined) return;
  await writeFile(join(cluster, "postmaster.pid"), [process.pid, ...lines.slice(1)].join("\n"));
}

async function readLines(cluster: string): Promise<string[] | undefined> {
  try {
    return (await readFile(join(cluster, "postmaster.pid"), "utf8")).split("\n");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
