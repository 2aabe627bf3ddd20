/** What holds at every moment, whatever died on the way. */
export const invariants = {
  I1: "What was acknowledged reaches exactly one terminal state.",
  I2: "One attempt wins.",
  I3: "The attempt never goes back, and progress never goes back within an attempt.",
  I4: "COMPLETED means that the manifest exists and that what it says is true, until a newer result takes its place.",
  I5: "FAILED means a code and a reason.",
  I6: "No active job is without a live lease, or a place in the line, for longer than the recovery time.",
  I7: "Of the jobs that do the same with an image, one at most is active.",
} as const satisfies Record<string, string>;

export type Invariant = keyof typeof invariants;

export interface Violation {
  readonly invariant: Invariant;
  readonly imageId: string;
  /** Null where the image has no job to blame. */
  readonly jobId: string | null;
  readonly what: string;
}
