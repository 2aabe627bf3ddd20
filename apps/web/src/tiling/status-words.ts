import type { TilingStatus } from "@tilewright/client";
import { shownName } from "@tilewright/core";
import { briefWaitingWords, type JobWords, waitingWords } from "../jobs/job-words.ts";
import { formatCount, wholePercent } from "../ui/amounts.ts";

const stageWords = {
  QUEUED: "Starting",
  DOWNLOADING: "Fetching the file",
  TILING: "Cutting tiles",
  PUBLISHING: "Saving the pyramid",
} as const satisfies Record<TilingStatus["stage"], string>;

export const tilingWords: JobWords<TilingStatus> = {
  name: ({ datasetName }) => `Tiling of ${shownName(datasetName)}`,
  status: (tiling) => (tiling.status === "PENDING" ? waitingWords(tiling) : briefStatusWords(tiling)),
  percent({ status, stage, stageFraction, tilesTotal }) {
    if (status === "PENDING") return 0;
    const isCounted = stage === "TILING" ? tilesTotal !== null : stageFraction > 0;
    return isCounted ? wholePercent(stageFraction) : null;
  },
  amount: ({ tilesDone, tilesTotal }) =>
    tilesTotal === null ? null : `${formatCount(tilesDone)} of ${formatCount(tilesTotal)} tiles`,
};

/** In a few words, where what it waits for is said beside it. */
export function briefStatusWords(tiling: TilingStatus): string {
  switch (tiling.status) {
    case "PENDING":
      return briefWaitingWords(tiling);
    case "IN_PROGRESS":
      return stageWords[tiling.stage];
    case "COMPLETED":
      return tiling.isReused ? "Already here, ready to view" : "Ready to view";
    case "FAILED":
      return tiling.failure?.code === "CANCELLED" ? "Cancelled" : "Tiling failed";
  }
}
