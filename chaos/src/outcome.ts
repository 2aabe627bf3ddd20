/** What became of everything that was acknowledged on one stage. */
export interface Outcome {
  readonly seed: number;
  /** How often the fault really happened. */
  readonly injected: number;
  readonly jobs: number;
  /** Acknowledged, but the database knows nothing of them. */
  readonly lost: number;
  /** Active long after the last fault. */
  readonly stuck: number;
  /** Ended otherwise than the fault allows. */
  readonly wrongEnds: readonly string[];
  /** Writes that were accepted from an attempt that had lost its job. */
  readonly staleWrites: number;
  /** Pyramids whose bytes are not those of an undisturbed run. */
  readonly differing: number;
  readonly violations: readonly string[];
  /** From each fault until work went on. */
  readonly recoveryMs: readonly number[];
  readonly seconds: number;
}

/** Everything that must not be, in words; empty when the promise held. */
export const breaches = (outcome: Outcome): string[] => [
  ...(outcome.lost > 0 ? [`${outcome.lost} jobs were lost.`] : []),
  ...(outcome.stuck > 0 ? [`${outcome.stuck} jobs are stuck.`] : []),
  ...(outcome.staleWrites > 0 ? [`${outcome.staleWrites} stale writes were accepted.`] : []),
  ...(outcome.differing > 0 ? [`${outcome.differing} pyramids differ from those of an undisturbed run.`] : []),
  ...outcome.wrongEnds,
  ...outcome.violations,
];
