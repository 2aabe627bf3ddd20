import type { TiffPage } from "../tiff/page.ts";

/** What a maker or a standard writes into the descriptions of TIFFs that are read as any other. */
export interface TiffDialect {
  /** As people call such files. */
  readonly name: string;
  /** Each of these is null where the description is not of this dialect, or says nothing of it. */
  readonly micrometresPerPixel: (description: string) => number | null;
  readonly objectivePower: (description: string) => number | null;
  /** Channels that have a picture each, by name or place; empty where all are in one. */
  readonly separateChannels: (description: string) => string[];
  /** The name of a picture beside the image, which says nothing of that itself. @param image the file's first page. */
  readonly nameBeside: (page: TiffPage, image: TiffPage) => string | null;
}

/** A number that measures something. */
export function positive(value: string | number | undefined): number | null {
  const number = Number(value);
  return number > 0 && Number.isFinite(number) ? Number(number.toPrecision(12)) : null;
}
