import type { PyramidErrorCode } from "../errors.ts";
import type { ImageFacts, PreviewFacts, Written } from "../facts.ts";
import type { PyramidLimits, PyramidSettings } from "../limits.ts";

/** Parent to child, once. */
export type Task =
  | {
      readonly kind: "inspect";
      readonly sourcePath: string;
      readonly scratchPath: string;
      readonly limits: PyramidLimits;
    }
  | {
      readonly kind: "preview";
      readonly sourcePath: string;
      readonly targetPath: string;
      readonly scratchPath: string;
      readonly settings: PyramidSettings;
      readonly limits: PyramidLimits;
    }
  | {
      readonly kind: "write";
      readonly sourcePath: string;
      readonly targetPath: string;
      readonly scratchPath: string;
      readonly settings: PyramidSettings;
      readonly limits: PyramidLimits;
    };

/** Child to parent, any number of times. */
export type News =
  | { readonly kind: "image"; readonly image: ImageFacts; readonly tilesTotal: number }
  | { readonly kind: "copied"; readonly fraction: number }
  | { readonly kind: "progress"; readonly tilesDone: number };

/** What a task comes to, by its kind. */
export interface Outcomes {
  readonly inspect: { readonly image: ImageFacts };
  readonly preview: { readonly preview: PreviewFacts | null };
  readonly write: Written;
}

/** Child to parent, once, as the last message. */
export type Answer =
  | { readonly kind: "done"; readonly outcome: Outcomes[Task["kind"]] }
  | {
      readonly kind: "refused";
      readonly code: PyramidErrorCode;
      readonly message: string;
      readonly detail: string;
      readonly neededBytes: number | null;
    };

export const isNews = (message: News | Answer): message is News =>
  message.kind !== "done" && message.kind !== "refused";
