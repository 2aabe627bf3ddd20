import type { JobDomain } from "@tilewright/core";
import { analysisHandler } from "./analysis/handler.ts";
import { type JobSource, jobSource } from "./jobs/job-source.ts";
import { tilingHandler } from "./tiling/handler.ts";
import type { WorkerOptions } from "./worker-options.ts";

/** What this worker can work on: one line per domain. */
export const handlers = {
  analysis: (options) => jobSource("analysis", analysisHandler(options), options),
  tiling: (options) => jobSource("tiling", tilingHandler(options), options),
} satisfies Record<JobDomain, (options: WorkerOptions) => JobSource>;
