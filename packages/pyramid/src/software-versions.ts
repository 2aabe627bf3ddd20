import sharp from "sharp";
import { openJpegVersion } from "./jpeg2000/open-jpeg.ts";
import { systemVipsVersion } from "./vips/loaders.ts";

/**
 * Versions of what makes the pixels, for the record.
 *
 * @param decoders whether the system's `vips` decodes the source, which is of another version than sharp's own libvips, or
 * OpenJPEG's program.
 */
export const softwareVersions = async (decoders: {
  readonly isForeign: boolean;
  readonly isByOpenJpeg: boolean;
}): Promise<Record<string, string>> => ({
  node: process.versions.node,
  sharp: sharp.versions.sharp ?? "unknown",
  libvips: sharp.versions.vips,
  ...(decoders.isForeign && { systemVips: await systemVipsVersion() }),
  ...(decoders.isByOpenJpeg && { openJpeg: (await openJpegVersion()) ?? "unknown" }),
});
