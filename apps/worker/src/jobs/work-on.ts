import { mkdir, rm } from "node:fs/promises";
import { Ending } from "./ending.ts";
import { SystemFailure } from "./failure.ts";
import type { JobAssignment, JobHandler, StageProgress } from "./job-handler.ts";
import { Lease } from "./lease.ts";
import { measureScratch, type ScratchRoom, watchScratch } from "./room.ts";
import { scratchOf } from "./scratch.ts";
import type { Workplace } from "./workplace.ts";

/**
 * One attempt from its claim to its end, of which the server is told, whatever it is.
 *
 * @returns the room that there was when an attempt began that waits for more.
 */
export async function workOn<
  Assignment extends JobAssignment,
  Result,
  Progress extends StageProgress,
  FailureCode extends string,
>(
  handler: JobHandler<Assignment, Result, Progress, FailureCode>,
  assignment: Assignment,
  { objects, scratchDirectory, reserveBytes, logger: workers }: Workplace,
  stop: AbortSignal,
): Promise<ScratchRoom | null> {
  const { jobId, attempt, imageId } = assignment;
  const logger = workers.child({ jobId, attempt });
  const lease = new Lease(handler, assignment, logger);
  const ending = new Ending(handler, assignment, { lease, objects, logger });
  const scratch = scratchOf(scratchDirectory, jobId, attempt);
  const shortage = new AbortController();
  let room: ScratchRoom | null = null;
  let unwatch = () => {};
  logger.info({ imageId }, "claimed");
  try {
    await mkdir(scratch, { recursive: true });
    room = await measureScratch(scratch, reserveBytes);
    unwatch = watchScratch(scratch, room.reserveBytes, () => shortage.abort(outOfRoom()));
    const result = await handler.work({
      assignment,
      scratch,
      reserveBytes: room.reserveBytes,
      signal: AbortSignal.any([lease.signal, stop, shortage.signal]),
      report: (progress) => lease.report(progress),
      mayEnd: (call) => lease.mayEnd(call),
    });
    await lease.fallSilent();
    await ending.complete(result);
    return null;
  } catch (error) {
    const isShared = room?.isShared ?? true;
    const awaitsRoom = handler.failureOf(error).code === "SCRATCH_FULL" && isShared;
    await ending.giveUp(error, awaitsRoom, stop);
    return awaitsRoom ? room : null;
  } finally {
    unwatch();
    await lease.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

const outOfRoom = () =>
  new SystemFailure("SCRATCH_FULL", "The disk of the worker has no room left for the work on this image.");
