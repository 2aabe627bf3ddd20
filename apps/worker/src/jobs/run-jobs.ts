import type { JobSource } from "./job-source.ts";
import { NextJob } from "./next-job.ts";
import { awaitMoreRoom } from "./room.ts";
import { clearScratch } from "./scratch.ts";
import type { Workplace } from "./workplace.ts";

/**
 * Claims and works on one job after the other until `stop` aborts; the job under way is handed back then.
 *
 * @param longestAttemptMs whoever has written nothing to scratch for twice as long is dead.
 */
export async function runJobs(
  sources: readonly JobSource[],
  { scratchDirectory, logger }: Workplace,
  longestAttemptMs: number,
  stop: AbortSignal,
): Promise<void> {
  await clearScratch(scratchDirectory, 2 * longestAttemptMs).catch((error: unknown) =>
    logger.warn({ err: error }, "could not clear the scratch folder"),
  );
  const next = new NextJob(sources, logger);
  try {
    while (!stop.aborted) {
      const job = await next.get(stop);
      const shortage = job && (await job.work(stop));
      if (shortage) await awaitMoreRoom(scratchDirectory, shortage, stop);
    }
  } finally {
    await next.settle();
    await Promise.all(sources.map((source) => source.close()));
  }
}
