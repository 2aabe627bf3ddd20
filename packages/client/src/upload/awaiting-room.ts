import type { TilewrightError } from "@tilewright/core";
import pRetry from "p-retry";
import { persist } from "../persist.ts";
import { refusalOf } from "../refusal.ts";

const betweenLooksForRoomMs = 5_000;

/** As `persist`, and for as long as the server has no room: what has arrived is kept, and somebody may make some. */
export function awaitingRoom<Result>(
  signal: AbortSignal,
  onStorageFull: ((refusal: TilewrightError) => void) | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return pRetry(() => persist(signal, work), {
    retries: Number.POSITIVE_INFINITY,
    factor: 1,
    minTimeout: betweenLooksForRoomMs,
    signal,
    onFailedAttempt: ({ error }) => {
      const refusal = refusalOf(error);
      if (refusal?.code !== "STORAGE_FULL") throw error;
      onStorageFull?.(refusal);
    },
  });
}
