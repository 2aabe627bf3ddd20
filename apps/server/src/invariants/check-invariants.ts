import { checkHistory, type DomainHistory, type Job, jobsInUse, type Violation } from "@tilewright/core/jobs";
import type { ObjectStore } from "@tilewright/core/storage";
import type { Histories } from "@tilewright/db";
import { type PublishedCheck, publishedChecks } from "./published.ts";

export interface InvariantOptions {
  /** How long a job may be without anybody who holds it. */
  readonly recoveryMs: number;
  /** All work is known to be over: what is still active is a violation. */
  readonly isSettled?: boolean;
  /** Share of the results whose every byte is read, 0 to 1; the others' existence and size are checked all the same. */
  readonly hashedFraction?: number;
}

export interface InvariantReport {
  readonly images: number;
  readonly jobs: number;
  readonly events: number;
  readonly resultsHashed: number;
  readonly violations: readonly Violation[];
}

/** Holds everything that was ever acknowledged against the invariants, while the service runs or when it does not. */
export async function checkInvariants(
  histories: Histories,
  objects: ObjectStore,
  { recoveryMs, isSettled = false, hashedFraction = 1 }: InvariantOptions,
): Promise<InvariantReport> {
  const seen = { images: 0, jobs: 0, events: 0, resultsHashed: 0 };
  const violations: Violation[] = [];
  const checkStored = async (published: PublishedCheck, job: Job) => {
    const isHashed = Math.random() < hashedFraction;
    const found = await published.check(objects, job, isHashed);
    if (isHashed) seen.resultsHashed += 1;
    // Whoever deletes an image takes its objects too.
    if (found.length > 0 && (await histories.exists(job.imageId))) violations.push(...found);
  };
  const checkDomain = async (history: DomainHistory) => {
    seen.jobs += history.jobs.length;
    seen.events += history.jobs.reduce((sum, { events }) => sum + events.length, 0);
    for (const job of jobsInUse(history)) await checkStored(publishedChecks[history.domain], job);
  };
  for await (const { now, histories: page } of histories.pages()) {
    for (const history of page) {
      seen.images += 1;
      violations.push(...checkHistory(history, { now, recoveryMs, isSettled }));
      for (const each of history.domains) await checkDomain(each);
    }
  }
  return { ...seen, violations };
}
