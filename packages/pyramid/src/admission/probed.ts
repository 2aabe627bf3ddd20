import type { TiffOpening } from "../clean-tiff/open-tiff-source.ts";
import type { ImageFacts } from "../facts.ts";
import type { Source, SourceFormat } from "../formats/source-format.ts";
import type { PyramidLimits } from "../limits.ts";
import type { SampleTiff } from "../samples/sample-tiff.ts";
import type { PagePlace, TiffPage } from "../tiff/page.ts";
import type { TiffContents } from "../tiff/pages.ts";
import type { Pieces } from "../tiff/pieces.ts";
import type { SystemVips } from "../vips/system-vips.ts";
import type { BlockPlan } from "./blocks.ts";
import type { VipsImage } from "./vips-image.ts";

/** What is asked of a source before its pixels are. */
export interface Probing {
  readonly source: Source;
  /** Where a slide of several files is unpacked, and whatever `vips` reads gets a name that it takes. */
  readonly scratchPath: string;
  readonly tileSizePx: number;
  readonly limits: PyramidLimits;
  /** Asks the system's `vips` once, however often it is called. @throws PyramidError as findSystemVips. */
  readonly findVips: () => Promise<SystemVips>;
}

/** A source whose header has been read, and that is not refused. */
export interface Probed {
  readonly format: SourceFormat;
  /** Where the header is, and the pixels after `make`: the source, a copy of it, or for the system's `vips` a link. */
  readonly path: string;
  readonly place: PagePlace;
  /** Makes the pixels that `path` lacks; null where they are there. @returns where they are. */
  readonly make: ((onCopied: (share: number) => void) => Promise<string>) | null;
  readonly image: ImageFacts;
  readonly plan: BlockPlan;
  /** Of what the system's `vips` has to turn into a TIFF first; null for others. */
  readonly byVips: VipsImage | null;
  /** Version of the system's `vips`, where it has a hand in the pixels; null where it has none. */
  readonly systemVips: string | null;
  /** Decodes the source whole into another file, and says where that is; null where the source is read as it is. */
  readonly decodeWhole: (() => Promise<string>) | null;
  /** Of a TIFF whose samples are not left to sharp, how they are stored; null for others. */
  readonly samples: SampleTiff | null;
  readonly contents: TiffContents;
  /** Of a TIFF that sharp reads, what it says of each of its pictures; empty for other formats. */
  readonly pages: readonly TiffPage[];
  /** Of the first of these, where its strips or tiles are. */
  readonly pieces: Pieces | null;
}

/** How a TIFF's page is shown to its decoder. */
export const openingOf = ({ source, scratchPath, limits, findVips }: Probing): Omit<TiffOpening, "page"> => ({
  sourcePath: source.path,
  contents: source.contents,
  scratchPath,
  reserveBytes: limits.reserveBytes,
  findVips,
});
