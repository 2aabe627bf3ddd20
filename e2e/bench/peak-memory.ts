import { readdir, readFile } from "node:fs/promises";

/** Peak resident memory of a process so far, in bytes; null once it is gone. */
export async function peakMemoryOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? null : Number(kib) * 1_024;
}

/** The children of a process whose command line contains `text`. */
export async function childrenOf(pid: number, text: string): Promise<number[]> {
  const children: number[] = [];
  for (const name of (await readdir("/proc")).filter((each) => /^\d+$/.test(each))) {
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (parent === pid && command.includes(text)) children.push(Number(name));
  }
  return children;
}
