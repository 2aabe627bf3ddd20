import sharp from "sharp";
import { openJpegVersion } from "../jpeg2000/open-jpeg.ts";

/**
 * Versions of what makes the pixels, for the record.
 *
 * @param systemVips which is another than sharp's own libvips; null where it has no hand in them.
 * @param isByOpenJpeg whether OpenJPEG's program decodes the source.
 */
export const softwareVersions = async (
  systemVips: string | null,
  isByOpenJpeg: boolean,
): Promise<Record<string, string>> => ({
  node: process.versions.node,
  sharp: sharp.versions.sharp ?? "unknown",
  libvips: sharp.versions.vips,
  ...(systemVips !== null && { systemVips }),
  ...(isByOpenJpeg && { openJpeg: (await openJpegVersion()) ?? "unknown" }),
});
