import { isTerminal, predecessorsOf } from "../status.ts";
import type { CheckOptions, Finding } from "./finding.ts";
import type { JobHistory } from "./history.ts";

/** I1 and I2: the events are one way through the table of transitions, and it has at most one end. */
export function* endings({ job, events }: JobHistory, { isSettled }: CheckOptions): Generator<Finding> {
  const [first] = events;
  const last = events.at(-1);
  if (!first || !last) return yield ["I1", "The job has no events."];
  // Of bytes that were tiled before, a job may begin with its end.
  const isBeginning = first.to === "PENDING" || (first.to === "COMPLETED" && first.detail.cause === "REUSED");
  if (first.from !== null || !isBeginning) yield ["I1", `Its first event leads to ${first.to}.`];
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (!before) continue;
    const isAllowed = event.from === before.to && predecessorsOf(event.to).includes(before.to);
    if (!isAllowed) yield ["I1", `Event ${event.eventId} goes from ${event.from} to ${event.to} after ${before.to}.`];
  }
  if (last.to !== job.status) yield ["I1", `The row is ${job.status}, but its last event says ${last.to}.`];
  if (isTerminal(job.status) !== (job.finishedAt !== null)) yield ["I1", `It is ${job.status}, which its times deny.`];
  if (isSettled && !isTerminal(job.status)) yield ["I1", `It is ${job.status} although all work is over.`];

  const ends = events.filter(({ to }) => isTerminal(to));
  if (ends.length > 1) yield ["I1", `It ended ${ends.length} times: ${ends.map(({ to }) => to).join(", ")}.`];
  const wins = events.filter(({ to }) => to === "COMPLETED");
  if (wins.length > 1) yield ["I2", `Attempts ${wins.map(({ attempt }) => attempt).join(" and ")} completed it.`];
  if (job.status !== "COMPLETED") return;
  if (wins.some(({ attempt }) => attempt !== job.attempt)) yield ["I2", "Another attempt won than the row names."];
}
