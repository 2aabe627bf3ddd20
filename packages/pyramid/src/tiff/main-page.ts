import { nameBeside } from "./name-beside.ts";
import { photometric, subfileBit } from "./numbers.ts";
import type { TiffPage } from "./page.ts";

/** Pages of a document differ a little: only one that is larger by half is what the file is about. */
const muchLarger = 1.5;

const pixelsOf = ({ widthPx, heightPx }: TiffPage): number => widthPx * heightPx;

/**
 * The picture that a file is about: the first, as most programs have it, unless that is marked as a smaller copy or
 * named as a label or the like and a larger one is there, or another is much larger. Masks are none. Null if no page
 * has a size.
 */
export function mainPage(pages: readonly TiffPage[]): TiffPage | null {
  const [first, ...others] = pages.filter(
    (page) =>
      pixelsOf(page) > 0 && !(page.subfileType & subfileBit.mask) && page.photometric !== photometric.transparencyMask,
  );
  if (!first) return pages[0] ?? null;
  const [candidate, ...more] = others.filter((page) => !isBeside(page));
  if (!candidate) return first;
  const largest = more.reduce((most, page) => (pixelsOf(page) > pixelsOf(most) ? page : most), candidate);
  const least = pixelsOf(first) * (isBeside(first) ? 1 : muchLarger);
  return pixelsOf(largest) >= least ? largest : first;
}

/** Whether it says of itself that it is a smaller copy, or something else than the image. */
const isBeside = (page: TiffPage): boolean =>
  Boolean(page.subfileType & subfileBit.reduced) || nameBeside(page) !== null;
