import type { Random } from "./random.ts";
import type { Stage, StageOptions } from "./stage/stage.ts";

/** One way in which things go wrong, and the stage that it needs. */
export interface Fault {
  /** What a reader of the table understands. */
  readonly title: string;
  /** How often it happens in the full run, and in the short form (0: not there). */
  readonly times: { readonly full: number; readonly short: number };
  readonly stage: StageOptions;
  /** Does its harm `times` times while jobs run; `stage` judges afterwards what became of all of them. */
  inject(stage: Stage, times: number, random: Random): Promise<void>;
}
