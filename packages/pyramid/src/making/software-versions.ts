import sharp from "sharp";

/** Versions of what makes the pixels, for the record. */
export const softwareVersions = (): Record<string, string> => ({
  node: process.versions.node,
  sharp: sharp.versions.sharp ?? "unknown",
  libvips: sharp.versions.vips,
});
