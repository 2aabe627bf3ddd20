import { handlers } from "./handlers.ts";
import { runJobs } from "./jobs/run-jobs.ts";
import type { WorkerOptions } from "./worker-options.ts";

/** Works on the jobs of all domains until `stop` aborts; the job under way is handed back then. */
export async function runWorker(options: WorkerOptions, stop: AbortSignal): Promise<void> {
  const sources = Object.values(handlers).map((open) => open(options));
  await runJobs(sources, options, options.limits.timeoutMs ?? Number.POSITIVE_INFINITY, stop);
}
