import type { Finding } from "./finding.ts";
import type { JobHistory } from "./history.ts";

/** I5: the row and its event tell the same failure, and only a FAILED job has one. */
export function* failures({ job, events }: JobHistory): Generator<Finding> {
  const { status, failureCode, failureReason } = job;
  if (status !== "FAILED") {
    if (failureCode !== null || failureReason !== null) yield ["I5", `It is ${status}, but has a failure.`];
    return;
  }
  if (failureCode === null) yield ["I5", "It failed without a code."];
  if (!failureReason?.trim()) yield ["I5", "It failed without a reason."];
  const told = events.findLast(({ to }) => to === "FAILED")?.detail.failureCode;
  if (told !== undefined && told !== failureCode) yield ["I5", `The row says ${failureCode}, its event ${told}.`];
}
