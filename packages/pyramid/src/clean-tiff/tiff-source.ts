import type { PagePlace, TiffPage } from "../tiff/page.ts";
import type { Pieces } from "../tiff/pieces.ts";

/** Told how much is done, 0 to 1. */
export type OnCopied = (share: number) => void;

/** A page of a TIFF, as a decoder is to see it. */
export interface TiffSource {
  /** Where a decoder reads the header, and the pixels too as soon as they are made, if they have to be. */
  readonly path: string;
  readonly place: PagePlace;
  /** Of the source's page. */
  readonly pieces: Pieces;
  /** Of the largest strip or tile as it is stored, or of several that are read at the same time. */
  readonly pieceBytes: number;
  /** Makes the pixels; null where they are there. @returns where. @throws PyramidError, or the system's error. */
  readonly make: ((onCopied: OnCopied) => Promise<string>) | null;
}

/** What a copy of a page is made of, and where. */
export interface CopyPlan {
  readonly sourcePath: string;
  readonly page: TiffPage;
  readonly pieces: Pieces;
  /** Of the copy, or of a part of it. */
  readonly pathOf: (part: string) => string;
  /** What a copy is to leave free on the disk. */
  readonly reserveBytes: number;
}
