import type { Metadata } from "sharp";

/** As much of a frame as is held in memory for the sake of its edges: 33 megapixels of RGB. */
const smallFrameBytes = 100_000_000;

export interface Padding {
  /**
   * Whether edge tiles are filled up with the image's last column and row, which keeps its border free of JPEG
   * artefacts. libvips' own filling is black. sharp does this to an image that streams only by holding it in memory.
   */
  readonly padded: boolean;
  /** Memory that this takes, beyond what decoding takes anyway. */
  readonly bytes: number;
}

/** @param isTiled the source can be read in any order, as a TIFF in tiles can. */
export function choosePadding({ width, height, orientation = 1 }: Metadata, isTiled: boolean): Padding {
  // Turned images are in memory already.
  if (isTiled || orientation > 2) return { padded: true, bytes: 0 };
  const frameBytes = width * height * 3;
  return frameBytes <= smallFrameBytes ? { padded: true, bytes: frameBytes } : { padded: false, bytes: 0 };
}
