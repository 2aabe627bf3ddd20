import { setTimeout as delay } from "node:timers/promises";
import type { Postmaster } from "./postmaster.ts";

/** A server that ends again sooner than this after its start has not recovered. */
const calmMs = 60_000;
const mostStarts = 6;
const firstPauseMs = 250;

interface Course {
  /**
   * Starts the server on the port that everybody knows, unless it is told to stop; undefined when the port is taken.
   */
  readonly start: (stopping: AbortSignal) => Promise<Postmaster | undefined>;
  /** Waits until the disk has room for a start, and says whether it had to. */
  readonly awaitRoom: (stopping: AbortSignal) => Promise<boolean>;
  readonly onRestart: () => void;
  /** It ended too often in a row, or does not start any more; with the last failure, where there is one. */
  readonly onGivenUp: (cause: unknown) => void;
}

/**
 * Starts a server anew whenever it ends by itself: it recovers what was committed, and whoever uses it connects again.
 * Where its disk is full, it waits for room, however long. The first start after a crash may fail, as long as the last
 * of the old one's processes still holds its memory.
 */
export function keepRunning(
  first: Postmaster,
  { start, awaitRoom, onRestart, onGivenUp }: Course,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let postmaster = first;

  const replace = async (starts: number): Promise<Postmaster | undefined> => {
    let cause: unknown;
    for (; starts < mostStarts; starts += 1) {
      await delay(firstPauseMs * 2 ** starts, undefined, { signal: stopping.signal }).catch(() => {});
      // An end for want of room says nothing of the server.
      if (await awaitRoom(stopping.signal).catch(() => false)) starts = 0;
      if (stopping.signal.aborted) return undefined;
      const next = await start(stopping.signal).catch((error: unknown) => {
        cause = error;
        return undefined;
      });
      if (next) return next;
    }
    if (stopping.signal.aborted) return undefined;
    onGivenUp(cause);
    return undefined;
  };

  const watch = async (): Promise<void> => {
    let starts = 0;
    for (;;) {
      const sinceMs = performance.now();
      await postmaster.exited;
      if (stopping.signal.aborted) return;
      starts = performance.now() - sinceMs < calmMs ? starts + 1 : 0;
      const next = await replace(starts);
      if (!next) return;
      postmaster = next;
      if (stopping.signal.aborted) return postmaster.stop();
      onRestart();
    }
  };
  const watching = watch();

  return {
    async stop() {
      stopping.abort();
      await postmaster.stop();
      await watching;
    },
  };
}
