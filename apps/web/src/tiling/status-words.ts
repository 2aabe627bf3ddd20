import type { TilingStatus } from "@tilewright/client";
import { formatCount, wholePercent } from "../ui/amounts.ts";

const stageWords = {
  QUEUED: "Starting",
  DOWNLOADING: "Fetching the file",
  TILING: "Cutting tiles",
  PUBLISHING: "Saving the pyramid",
} as const satisfies Record<TilingStatus["stage"], string>;

/** Changes only when something happened, never with each percent: fit for a live region. */
export function statusWords(tiling: TilingStatus): string {
  const lacksWorker = tiling.status === "PENDING" && tiling.waiting?.reason === "NO_WORKER";
  return lacksWorker ? "No worker is connected; it starts as soon as one is" : briefStatusWords(tiling);
}

/** The same in a few words, where what it waits for is said beside it. */
export function briefStatusWords(tiling: TilingStatus): string {
  switch (tiling.status) {
    case "PENDING":
      return tiling.attempt === 0 ? "Waiting for a worker" : "Waiting to be tried again";
    case "IN_PROGRESS":
      return stageWords[tiling.stage];
    case "COMPLETED":
      return tiling.isReused ? "Already here, ready to view" : "Ready to view";
    case "FAILED":
      return tiling.failure?.code === "CANCELLED" ? "Cancelled" : "Tiling failed";
  }
}

/** Whole percent of the stage, such as of the file while it is fetched; null while there is no telling. */
export function percentOf({ status, stage, stageFraction, tilesTotal }: TilingStatus): number | null {
  if (status === "PENDING") return 0;
  const isCounted = stage === "TILING" ? tilesTotal !== null : stageFraction > 0;
  return isCounted ? wholePercent(stageFraction) : null;
}

/** "1,204 of 5,461 tiles"; null before there are any. */
export function tileWords({ tilesDone, tilesTotal }: TilingStatus): string | null {
  return tilesTotal === null ? null : `${formatCount(tilesDone)} of ${formatCount(tilesTotal)} tiles`;
}

/** Worth a word only from the second attempt on. */
export function attemptWords({ attempt, maxAttempts, status }: TilingStatus): string | null {
  if (status === "PENDING" && attempt > 0) return `${attempt} of ${maxAttempts} attempts used`;
  return attempt > 1 ? `Attempt ${attempt} of ${maxAttempts}` : null;
}
