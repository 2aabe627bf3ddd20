import { statfs } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { defaultReserveBytes } from "@tilewright/core/storage";

const watchEveryMs = 100;
const betweenLooksMs = 500;
/** A job that is smaller than the one that found no room gets its chance after this. */
const longestWaitMs = 30_000;
/** Of the whole disk: whoever had less to begin with may well find room another time. */
const nearlyAll = 0.9;

/** What a worker may still write where it works. */
export interface ScratchRoom {
  /** Beyond the reserve; below zero where others have taken some of that. */
  readonly spareBytes: number;
  readonly reserveBytes: number;
  /** Others hold so much of the disk that room may come back. */
  readonly isShared: boolean;
}

/** @param reserveBytes a share of the disk by default. */
export async function measureScratch(directory: string, reserveBytes?: number): Promise<ScratchRoom> {
  const { blocks, bavail, bsize } = await statfs(directory);
  const reserve = reserveBytes ?? defaultReserveBytes(blocks * bsize);
  const spareBytes = bavail * bsize - reserve;
  return { spareBytes, reserveBytes: reserve, isShared: spareBytes < nearlyAll * (blocks * bsize - reserve) };
}

/**
 * Calls `onShort` once when less than the reserve is left. Between two looks more may be written: the reserve is there
 * for that too.
 *
 * @returns stops watching.
 */
export function watchScratch(directory: string, reserveBytes: number, onShort: () => void): () => void {
  const stop = (): void => clearInterval(timer);
  const look = async (): Promise<void> => {
    const { spareBytes } = await measureScratch(directory, reserveBytes);
    if (spareBytes >= 0) return;
    stop();
    onShort();
  };
  // A disk that can't be asked is not watched: who writes to it will hear of it.
  const timer = setInterval(() => void look().catch(() => {}), watchEveryMs);
  return stop;
}

/** Waits until there is more room than `before`, which was too little, but not for too long; or until `stop` aborts. */
export async function awaitMoreRoom(directory: string, before: ScratchRoom, stop: AbortSignal): Promise<void> {
  const untilMs = performance.now() + longestWaitMs;
  while (!stop.aborted && performance.now() < untilMs) {
    const now = await measureScratch(directory, before.reserveBytes);
    if (now.spareBytes > Math.max(0, before.spareBytes)) return;
    await delay(betweenLooksMs, undefined, { signal: stop }).catch(() => {});
  }
}
