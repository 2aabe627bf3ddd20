import { randomUUID } from "node:crypto";
import type { JobDomain } from "@tilewright/core";
import type { JobAssignment, JobHandler, StageProgress } from "./job-handler.ts";
import type { ScratchRoom } from "./room.ts";
import { workOn } from "./work-on.ts";
import type { Workplace } from "./workplace.ts";

/** A job that this worker holds. */
export interface ClaimedJob {
  /** @returns the room that there was when an attempt began that waits for more. */
  work(stop: AbortSignal): Promise<ScratchRoom | null>;
  /** Gives it back before anything was done; where that can't be told, its lease runs out. */
  handBack(): Promise<void>;
}

/** A domain as the loop sees it, whatever its assignments and results are. */
export interface JobSource {
  /** @param waitMs how long the server may wait for a job; as long as it likes by default. */
  claim(signal: AbortSignal, waitMs?: number): Promise<ClaimedJob | null>;
  close(): Promise<void>;
}

export function jobSource<
  Assignment extends JobAssignment,
  Result,
  Progress extends StageProgress,
  FailureCode extends string,
>(
  domain: JobDomain,
  handler: JobHandler<Assignment, Result, Progress, FailureCode>,
  { logger, ...place }: Workplace,
): JobSource {
  const workplace = { ...place, logger: logger.child({ domain }) };
  let claimId = randomUUID();
  return {
    async claim(signal, waitMs) {
      const assignment = await handler.claim({ workerId: workplace.workerId, claimId, waitMs }, signal);
      // A question that was withdrawn may be granted later still: then the next one gets that job.
      if (!assignment) return null;
      claimId = randomUUID();
      return {
        work: (stop) => workOn(handler, assignment, workplace, stop),
        async handBack() {
          const { jobId, attempt } = assignment;
          await handler.handBack({ jobId, attempt }).catch((error: unknown) => {
            workplace.logger.warn({ err: error, jobId, attempt }, "could not hand a job back; its lease will run out");
          });
        },
      };
    },
    close: () => handler.close(),
  };
}
