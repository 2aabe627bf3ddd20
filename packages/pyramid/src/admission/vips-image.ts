import type { Size } from "../geometry.ts";
import type { SystemLoader } from "../vips/system-vips.ts";

/** How the system's `vips` gives an image. */
export interface VipsImage {
  readonly loader: SystemLoader;
  /** Whether its last channel is transparency, and that of its copy too. */
  readonly isSeeThrough: boolean;
  /** Sizes that a slide's reader gives the whole image in, by their numbers; none if it is no slide. */
  readonly slideLevels: readonly Size[];
  /** Rows of the source that `vips` keeps while it copies them. */
  readonly keptRows: number;
  /** What the work on it may take. */
  readonly memoryBytes: number;
}
