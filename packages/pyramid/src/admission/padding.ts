import type { Size } from "../geometry.ts";
import type { SourceRaster } from "./source-raster.ts";

/** As much of a frame as is held in memory for the sake of its edges: 33 megapixels of RGB. */
const smallFrameBytes = 100_000_000;

export interface Padding {
  /**
   * Whether edge tiles are filled up with the image's last column and row, which keeps its border free of JPEG
   * artefacts. libvips' own filling is black. sharp holds the whole image in memory for it.
   */
  readonly padded: boolean;
  /** Memory that this takes, beyond what decoding takes anyway. */
  readonly bytes: number;
}

export function choosePadding({
  widthPx,
  heightPx,
  sampleBytes = 1,
  orientation = 1,
}: Size & Partial<Pick<SourceRaster, "sampleBytes" | "orientation">>): Padding {
  // A rotated image is held in memory already.
  if (orientation > 2) return { padded: true, bytes: 0 };
  const frameBytes = widthPx * heightPx * 3;
  if (frameBytes > smallFrameBytes) return { padded: false, bytes: 0 };
  return { padded: true, bytes: frameBytes * sampleBytes };
}
