import { readdirSync, readFileSync } from "node:fs";
import { vi } from "vitest";

/** The decoder processes of a parent, from Linux' process table. */
export function decodersOf(parentPid: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && statOf(pid)?.parentPid === parentPid && commandOf(pid).includes("src/child/child.ts"));
}

/** Those that run now, and in whose command a text stands. */
export const processesOf = (command: string): number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && commandOf(pid).includes(`\0${command}`) && isRunning(pid));

export const decoderOf = (parentPid: number): number => {
  const [pid] = decodersOf(parentPid);
  if (pid === undefined) throw new Error("there is no decoder process");
  return pid;
};

/** A process that ended, but that nobody has asked about yet, is a zombie: state Z. */
export const isRunning = (pid: number): boolean => !["Z", undefined].includes(statOf(pid)?.state);

export const untilGone = (pid: number): Promise<void> =>
  vi.waitFor(
    () => {
      if (isRunning(pid)) throw new Error(`process ${pid} is still running`);
    },
    { timeout: 90_000, interval: 10 },
  );

export const environmentOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);

function statOf(pid: number): { state: string | undefined; parentPid: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, parentPid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parentPid: Number(parentPid) };
  } catch {
    return null;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}
