import type { Metadata } from "sharp";

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
  width,
  height,
  depth,
  orientation = 1,
}: Pick<Metadata, "width" | "height" | "orientation"> & Partial<Pick<Metadata, "depth">>): Padding {
  // A turned image is held in memory already.
  if (orientation > 2) return { padded: true, bytes: 0 };
  const frameBytes = width * height * 3;
  if (frameBytes > smallFrameBytes) return { padded: false, bytes: 0 };
  return { padded: true, bytes: depth === "ushort" ? 2 * frameBytes : frameBytes };
}
