import type { AnalysisStatus } from "@tilewright/client";
import { shownName } from "@tilewright/core";
import { type JobWords, waitingWords } from "../jobs/job-words.ts";
import { wholePercent } from "../ui/amounts.ts";

const stageWords = {
  QUEUED: "Starting",
  READING: "Reading the slide",
  ANALYSING: "Analysing",
  PUBLISHING: "Saving the result",
} as const satisfies Record<AnalysisStatus["stage"], string>;

export const analysisWords: JobWords<AnalysisStatus> = {
  name: ({ kind }) => `Analysis: ${shownName(kind.title)}`,
  status(analysis) {
    switch (analysis.status) {
      case "PENDING":
        return waitingWords(analysis);
      case "IN_PROGRESS":
        return stageWords[analysis.stage];
      case "COMPLETED":
        return "Done";
      case "FAILED":
        return analysis.failure?.code === "CANCELLED" ? "Cancelled" : "Analysis failed";
    }
  },
  percent: ({ status, stageFraction }) =>
    status === "PENDING" ? 0 : stageFraction > 0 ? wholePercent(stageFraction) : null,
  amount: () => null,
};
