import sharp from "sharp";
import { systemVipsVersion } from "./system-loaders.ts";

/**
 * Versions of what makes the pixels, for the record.
 *
 * @param isForeign whether the system's `vips` decodes the source, which is of another version than sharp's own libvips.
 */
export const softwareVersions = async (isForeign: boolean): Promise<Record<string, string>> => ({
  node: process.versions.node,
  sharp: sharp.versions.sharp ?? "unknown",
  libvips: sharp.versions.vips,
  ...(isForeign && { systemVips: await systemVipsVersion() }),
});
