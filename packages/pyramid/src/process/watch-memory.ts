import { readFile } from "node:fs/promises";

const sampleMs = 100;

/**
 * Calls `onExceeded` once when the private memory of process `pid` and its children passes `limitBytes`. Pages of files
 * that it maps don't count. Between two samples it may grow further. Without a Linux `/proc`, nothing is watched.
 *
 * @returns stops watching.
 */
export function watchMemory(pid: number, limitBytes: number, onExceeded: () => void): () => void {
  const stop = (): void => clearInterval(timer);
  const sample = async (): Promise<void> => {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
    const pids = [pid, ...children.split(" ").filter(Boolean)];
    const statuses = await Promise.all(pids.map((each) => readFile(`/proc/${each}/status`, "utf8").catch(() => "")));
    if (statuses[0] === "") return stop();
    const bytes = statuses.reduce((sum, status) => sum + privateBytes(status), 0);
    if (bytes <= limitBytes) return;
    stop();
    onExceeded();
  };
  // The process may be gone, or not on Linux: either way there is nothing to watch.
  const timer = setInterval(() => void sample().catch(stop), sampleMs);
  return stop;
}

function privateBytes(status: string): number {
  const lines = status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm);
  return [...lines].reduce((sum, [, kibibytes]) => sum + Number(kibibytes) * 1024, 0);
}
