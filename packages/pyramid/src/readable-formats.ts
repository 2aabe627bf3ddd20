import type { ImageFormat } from "./facts.ts";
import { hasOpenJpeg } from "./jpeg2000/open-jpeg.ts";
import { systemLoaders } from "./making/system-loaders.ts";

/** By the names that people know them by, in the order of a sentence. */
const builtIn = ["JPEG", "PNG", "TIFF", "SVS", "OME-TIFF", "WebP", "AVIF", "GIF"];

/** What takes the system's `vips`, and the format whose reader it has to have for it. */
const foreign: readonly (readonly [name: string, format: ImageFormat])[] = [
  ["TIFF compressed by Zstandard or WebP", "tiff"],
  ["TIFF compressed by JPEG 2000", "jp2"],
  ["JPEG 2000", "jp2"],
  ["JPEG XL", "jxl"],
  ["HEIC", "heic"],
  ["NDPI", "ndpi"],
  ["SCN", "scn"],
  ["MRXS as a ZIP", "mrxs"],
];

const byOpenJpeg = "JPEG 2000 of sYCC or a palette";

export interface ReadableFormats {
  readonly readable: readonly string[];
  /** What `writePyramid` would read if the system's `vips` command had the decoder, or OpenJPEG's program were there. */
  readonly missing: readonly string[];
}

/** The formats that `writePyramid` reads on this machine: some take a command of the system. */
export async function readableFormats(): Promise<ReadableFormats> {
  const has = await systemLoaders().catch(() => () => false);
  const names = (isReadable: boolean): string[] =>
    foreign.filter(([, format]) => has(format) === isReadable).map(([name]) => name);
  const withOpenJpeg = (await hasOpenJpeg()) ? [byOpenJpeg] : [];
  const withoutOpenJpeg = withOpenJpeg.length > 0 ? [] : [byOpenJpeg];
  return {
    readable: [...builtIn, ...names(true), ...withOpenJpeg],
    missing: [...names(false), ...withoutOpenJpeg],
  };
}
