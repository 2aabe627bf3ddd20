import type { Size } from "../geometry.ts";
import type { TilePlaces } from "../tiff/jpeg-tiles.ts";

/** A picture of the source whose tiles can be shown: the image itself, or a smaller copy of it. */
export interface SourceLevel extends Size {
  readonly tile: Size;
  readonly places: TilePlaces;
  readonly isRgb: boolean;
  /** The image's colour profile as markers of a JPEG; empty if it has none. */
  readonly profile: Uint8Array;
  /** Pixels of the image that one of its pixels stands for, across and down. */
  readonly scale: readonly [across: number, down: number];
}
