import type { Random } from "./random.ts";
import type { Stage, StageOptions } from "./stage/stage.ts";

/** One way in which things go wrong, and the stage that it needs. */
export interface Fault {
  /** What a reader of the table understands. */
  readonly title: string;
  /** How often it happens in the full run. */
  readonly times: number;
  readonly stage: StageOptions;
  /**
   * Does its harm `times` times while jobs run, and leaves none to be done; what became of the jobs is judged later.
   */
  inject(stage: Stage, times: number, random: Random): Promise<void>;
}
