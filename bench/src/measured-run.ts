import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";

export interface Measured {
  readonly wallMs: number;
  /** User and system time of the command and everything it started. */
  readonly cpuMs: number;
  /** Largest sum of the resident memory of the command and everything it started, sampled ten times a second. */
  readonly peakBytes: number;
}

const sampleMs = 100;
const ticksPerSecond = 100;
/** The shell waits for the command and then knows the CPU time of all it was the ancestor of. */
const shell = '"$@" >/dev/null 3>&- || exit; cat /proc/$$/stat >&3';

/** Runs a command on an otherwise unchanged machine. @throws Error it failed. */
export async function measuredRun(command: readonly string[]): Promise<Measured> {
  const startedMs = performance.now();
  const child = spawn("sh", ["-c", shell, "sh", ...command], { stdio: ["ignore", "ignore", "inherit", "pipe"] });
  let stat = "";
  child.stdio[3]?.on("data", (bytes: Buffer) => {
    stat += bytes.toString();
  });
  let peakBytes = 0;
  const timer = setInterval(() => {
    void residentBytes(child.pid ?? 0).then((bytes) => {
      peakBytes = Math.max(peakBytes, bytes);
    });
  }, sampleMs);
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}`);
  const [childrenUser = 0, childrenSystem = 0] = statFields(stat).slice(13, 15);
  return {
    wallMs: performance.now() - startedMs,
    cpuMs: ((childrenUser + childrenSystem) * 1_000) / ticksPerSecond,
    peakBytes,
  };
}

/** Milliseconds of CPU that a running process has used, without its children. */
export async function cpuMsOf(pid: number): Promise<number> {
  const [user = 0, system = 0] = statFields(await readFile(`/proc/${pid}/stat`, "utf8")).slice(11, 13);
  return ((user + system) * 1_000) / ticksPerSecond;
}

/** The numbers after the command's name, which may hold spaces: state, parent, … */
const statFields = (stat: string): number[] =>
  stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);

/** What a page shared by several processes takes is divided among them. Those that are gone meanwhile count nothing. */
async function residentBytes(root: number): Promise<number> {
  const shares = await Promise.all((await processTree(root)).map(proportionalBytes));
  return shares.reduce((sum, bytes) => sum + bytes, 0);
}

/** Pids of a running process and of everything that it has started. */
export async function processTree(root: number): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    parents.set(pid, statFields(stat)[1] ?? 0);
  }
  const belongs = (pid: number): boolean => pid === root || (parents.has(pid) && belongs(parents.get(pid) ?? 0));
  return pids.filter(belongs);
}

async function proportionalBytes(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1_024;
}
