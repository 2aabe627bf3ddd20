import { readFile } from "node:fs/promises";

const sampleMs = 100;

/**
 * Calls `onExceeded` once when the private memory of process `pid` passes `limitBytes`. Pages of files that it maps don't
 * count. Between two samples it may grow further. Without a Linux `/proc`, nothing is watched.
 *
 * @returns stops watching.
 */
export function watchMemory(pid: number, limitBytes: number, onExceeded: () => void): () => void {
  const stop = (): void => clearInterval(timer);
  const sample = async (): Promise<void> => {
    const bytes = privateBytes(await readFile(`/proc/${pid}/status`, "utf8"));
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
