import type { Exposure } from "./colour/exposure.ts";
import type { Stains } from "./colour/stain.ts";
import type { QualityParameters } from "./kind.ts";
import type { Mask } from "./overview/mask.ts";
import type { Overview } from "./overview/overview.ts";
import type { Cells } from "./sharpness/cells.ts";
import type { Colour } from "./tissue/glass.ts";
import type { Subject } from "./tissue/subject.ts";

/** All that was found, and what the summary, the fields and the layers are made of. */
export interface Measured {
  readonly parameters: QualityParameters;
  readonly micrometresPerPixel: number | null;
  readonly subject: Subject;
  readonly overview: Overview;
  /** Of a picture, all of it. */
  readonly tissue: Mask;
  readonly pen: Mask;
  readonly cells: Cells;
  /** By cell, how much of it is tissue, 0 to 1. */
  readonly shares: Float64Array;
  /** By cell, 1 where there is enough tissue to be judged. */
  readonly judged: Uint8Array;
  /** By cell, 0 to 1; NaN where it was not judged or has no structure. */
  readonly sharpness: Float64Array;
  readonly exposure: Exposure;
  readonly balance: Colour | null;
  readonly stains: Stains | null;
}
