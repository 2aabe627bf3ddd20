import sharp from "sharp";
import type { Mask } from "../overview/mask.ts";

/** A PNG of one colour where the mask is, and transparent elsewhere. */
export function maskOverlay({ data, widthPx, heightPx }: Mask, [red, green, blue]: readonly number[]): Promise<Buffer> {
  const rgba = new Uint8Array(data.length * 4);
  for (const [i, value] of data.entries()) if (value) rgba.set([red ?? 0, green ?? 0, blue ?? 0, 255], 4 * i);
  return sharp(rgba, { raw: { width: widthPx, height: heightPx, channels: 4 }, limitInputPixels: false })
    .png({ compressionLevel: 4, adaptiveFiltering: false })
    .toBuffer();
}
