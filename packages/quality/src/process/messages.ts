import type { PyramidErrorCode } from "@tilewright/pyramid";
import type { Question } from "../measure.ts";
import type { QualityAnswer } from "../quality-answer.ts";

/** Parent to child, once. */
export interface Task extends Question {
  readonly outputDirectory: string;
}

/** Child to parent: progress any number of times, and one of the others as the last message. */
export type Message =
  | { readonly kind: "progress"; readonly fraction: number }
  | { readonly kind: "done"; readonly answer: QualityAnswer }
  | { readonly kind: "failed"; readonly code: PyramidErrorCode; readonly message: string; readonly detail: string };
