import type { Stages } from "../jobs/status.ts";

/** In the order in which an attempt passes through them; within an attempt none goes back. */
export const analysisStages = ["QUEUED", "READING", "ANALYSING", "PUBLISHING"] as const satisfies Stages;
export type AnalysisStage = (typeof analysisStages)[number];
