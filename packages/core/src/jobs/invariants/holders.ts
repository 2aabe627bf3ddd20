import type { Job } from "../job.ts";
import type { CheckOptions, Finding } from "./finding.ts";

/** I6: somebody holds an active job: a worker by its lease, or the line by its message. */
export function* holders(job: Job, isInLine: boolean, options: CheckOptions): Generator<Finding> {
  const overdueMs = (since: Date) => options.now.getTime() - since.getTime() - options.recoveryMs;
  if (job.status === "PENDING" && !isInLine && overdueMs(job.updatedAt) > 0)
    yield ["I6", `It is PENDING but not in line, since ${job.updatedAt.toISOString()}.`];
  if (job.status !== "IN_PROGRESS") return;
  if (job.leaseExpiresAt === null) yield ["I6", "It is IN_PROGRESS without a lease."];
  else if (overdueMs(job.leaseExpiresAt) > 0)
    yield ["I6", `Its lease is over since ${job.leaseExpiresAt.toISOString()}.`];
}
