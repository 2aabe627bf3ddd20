import { vipsLoaders } from "./making/system-vips.ts";

/** By the names that people know them by, in the order of a sentence. */
const builtIn = ["JPEG", "PNG", "TIFF", "SVS", "OME-TIFF", "WebP", "AVIF", "GIF"];

/** What takes the system's `vips`, and the class of its libvips that reads it. */
const loaders: readonly (readonly [format: string, loader: string])[] = [
  ["TIFF of signed, 32-bit or floating-point samples", "VipsForeignLoadTiffFile"],
  ["TIFF compressed by Zstandard", "VipsForeignLoadTiffFile"],
  ["JPEG 2000", "VipsForeignLoadJp2kFile"],
  ["JPEG XL", "VipsForeignLoadJxlFile"],
  ["HEIC", "VipsForeignLoadHeifFile"],
  ["NDPI", "VipsForeignLoadOpenslideFile"],
  ["SCN", "VipsForeignLoadOpenslideFile"],
  ["MRXS as a ZIP", "VipsForeignLoadOpenslideFile"],
];

export interface ReadableFormats {
  readonly readable: readonly string[];
  /** What `writePyramid` would read if the system's `vips` command had the decoder. */
  readonly missing: readonly string[];
}

/** The formats that `writePyramid` reads on this machine: some take the system's `vips` command. */
export async function readableFormats(): Promise<ReadableFormats> {
  const known = await vipsLoaders();
  const isKnown = ([, loader]: (typeof loaders)[number]): boolean => known.includes(`${loader} `);
  const names = (formats: typeof loaders): string[] => formats.map(([format]) => format);
  return {
    readable: [...builtIn, ...names(loaders.filter(isKnown))],
    missing: names(loaders.filter((loader) => !isKnown(loader))),
  };
}
