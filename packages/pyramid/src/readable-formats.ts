import { formats, type VipsLoader } from "./formats/formats.ts";
import { hasOpenJpeg } from "./jpeg2000/open-jpeg.ts";
import { systemLoaders } from "./vips/loaders.ts";

/** By the names that people know them by, in the order of a sentence. */
const builtIn = ["JPEG", "PNG", "TIFF", "SVS", "OME-TIFF", "WebP", "AVIF", "GIF"];

/** What takes the system's `vips`, and the reader that it has to have for it. */
const foreign: readonly (readonly [name: string, loader: VipsLoader | null, other?: VipsLoader])[] = [
  ["TIFF compressed by Zstandard or WebP", "tiffload"],
  // Its reader of TIFFs hands the tiles to that of JPEG 2000.
  ["TIFF compressed by JPEG 2000", "tiffload", "jp2kload"],
  ["JPEG 2000", formats.jp2.loader],
  ["JPEG XL", formats.jxl.loader],
  ["HEIC", formats.heic.loader],
  ["NDPI", formats.ndpi.loader],
  ["SCN", formats.scn.loader],
  ["BIF", formats.bif.loader],
  ["MRXS as a ZIP", formats.mrxs.loader],
];

const byOpenJpeg = "JPEG 2000 of sYCC or a palette";

export interface ReadableFormats {
  readonly readable: readonly string[];
  /** What `writePyramid` would read if the system's `vips` command had the decoder, or OpenJPEG's program were there. */
  readonly missing: readonly string[];
}

/** The formats that `writePyramid` reads on this machine: some take a command of the system. */
export async function readableFormats(): Promise<ReadableFormats> {
  const loader = await systemLoaders().catch(() => () => null);
  const names = (isReadable: boolean): string[] =>
    foreign
      .filter(([, ...needed]) => needed.every((name) => name && loader(name)) === isReadable)
      .map(([name]) => name);
  const withOpenJpeg = (await hasOpenJpeg()) ? [byOpenJpeg] : [];
  const withoutOpenJpeg = withOpenJpeg.length > 0 ? [] : [byOpenJpeg];
  return {
    readable: [...builtIn, ...names(true), ...withOpenJpeg],
    missing: [...names(false), ...withoutOpenJpeg],
  };
}
