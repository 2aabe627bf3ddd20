import type { Invariant } from "./violation.ts";

/** A broken rule and what is wrong, before it is known of which job. */
export type Finding = readonly [invariant: Invariant, what: string];

export interface CheckOptions {
  /** The database's time at which the history was read. */
  readonly now: Date;
  /** How long a job may be without anybody who holds it. */
  readonly recoveryMs: number;
  /** The caller knows that all work is over: what is still active is stuck. */
  readonly isSettled: boolean;
}
