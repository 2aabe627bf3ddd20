import { checkHistory, checkPublished, type ObjectStore, type TilingJob, type Violation } from "@tilewright/core";
import type { TilingHistories } from "@tilewright/db";
import { observePublished } from "./observe-published.ts";

export interface InvariantOptions {
  /** How long a job may be without anybody who holds it. */
  readonly recoveryMs: number;
  /** All work is known to be over: what is still active is a violation. */
  readonly isSettled?: boolean;
  /** Share of the pyramids whose every byte is read, 0 to 1; the others' existence and size are checked all the same. */
  readonly hashedFraction?: number;
}

export interface InvariantReport {
  readonly images: number;
  readonly jobs: number;
  readonly events: number;
  readonly pyramidsHashed: number;
  readonly violations: readonly Violation[];
}

/** Holds everything that was ever acknowledged against the invariants, while the service runs or when it does not. */
export async function checkInvariants(
  histories: TilingHistories,
  objects: ObjectStore,
  { recoveryMs, isSettled = false, hashedFraction = 1 }: InvariantOptions,
): Promise<InvariantReport> {
  const seen = { images: 0, jobs: 0, events: 0, pyramidsHashed: 0 };
  const violations: Violation[] = [];
  const checkStored = async (job: TilingJob) => {
    const isHashed = Math.random() < hashedFraction;
    const found = checkPublished(job, await observePublished(objects, job, isHashed));
    if (isHashed) seen.pyramidsHashed += 1;
    // Whoever deletes an image takes its objects too.
    if (found.length > 0 && (await histories.exists(job.imageId))) violations.push(...found);
  };
  for await (const { now, histories: page } of histories.pages()) {
    for (const history of page) {
      seen.images += 1;
      seen.jobs += history.jobs.length;
      seen.events += history.jobs.reduce((sum, { events }) => sum + events.length, 0);
      violations.push(...checkHistory(history, { now, recoveryMs, isSettled }));
      const shown = history.jobs.findLast(({ job }) => job.status === "COMPLETED");
      if (shown) await checkStored(shown.job);
    }
  }
  return { ...seen, violations };
}
