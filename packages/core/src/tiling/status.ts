import type { Stages } from "../jobs/status.ts";

/** In the order in which an attempt passes through them; within an attempt a stage never goes back. */
export const tilingStages = ["QUEUED", "DOWNLOADING", "TILING", "PUBLISHING"] as const satisfies Stages;
export type TilingStage = (typeof tilingStages)[number];
