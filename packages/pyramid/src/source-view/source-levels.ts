import type { ByteSource } from "../bytes/byte-source.ts";
import { halvingsOf, type Size } from "../geometry.ts";
import { isJpegTiled, isRgb, type JpegTiledPage, readTilePlaces, tileGrid } from "../tiff/jpeg-tiles.ts";
import { isCopyOf, type TiffPage } from "../tiff/page.ts";
import { pagesIn } from "../tiff/pages.ts";
import { readProfile } from "./profile.ts";
import type { SourceLevel } from "./source-level.ts";
import { readSourceTile } from "./source-tile.ts";

/** Twelve bytes of memory for each. An image of 40 gigapixels has fewer than a million. */
const mostTiles = 4_000_000;
const leastTileSidePx = 64;

/** From full size down; empty where full size can't be shown. */
export async function readSourceLevels(source: ByteSource): Promise<SourceLevel[]> {
  const pages = await pagesIn(source);
  const [full] = pages;
  // The copies' own profiles don't count: the pyramid is made of the image, and not every scanner repeats it.
  const profile = full ? await readProfile(source, full) : null;
  if (!full || !profile) return [];
  const levels: SourceLevel[] = [];
  for (const page of copiesOf(full, pages)) {
    const level = await readSourceLevel(source, page, full, profile);
    if (level) levels.push(level);
    else if (page === full) return [];
  }
  return levels;
}

/**
 * The image and its smaller copies, by size. Of several of one size, such as the focal planes of a slide, the first.
 */
function copiesOf(full: TiffPage, pages: readonly TiffPage[]): JpegTiledPage[] {
  const shown = pages
    .filter((page) => page === full || isCopyOf(full, page))
    .filter(isJpegTiled)
    .filter(({ tile }) => Math.min(tile.widthPx, tile.heightPx) >= leastTileSidePx);
  const bySize = new Map(shown.toReversed().map((page) => [page.widthPx, page]));
  const copies = [...bySize.values()].toSorted((a, b) => b.widthPx - a.widthPx);
  const tileCount = copies.map(tileGrid).reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  return copies[0] === full && tileCount <= mostTiles ? copies : [];
}

async function readSourceLevel(
  source: ByteSource,
  page: JpegTiledPage,
  full: TiffPage,
  profile: Uint8Array,
): Promise<SourceLevel | null> {
  const places = await readTilePlaces(source, page);
  if (!places) return null;
  const { widthPx, heightPx, tile } = page;
  const level = { widthPx, heightPx, tile, places, isRgb: isRgb(page), profile, scale: scaleOf(page, full) };
  // A level whose first tile can't be shown is none.
  return (await readSourceTile(source, level, 0, 0)) ? level : null;
}

/** Where a level was halved, its last column or row may be missing: that does not stretch the others. */
function scaleOf(page: Size, full: Size): SourceLevel["scale"] {
  const halvings = halvingsOf(page, full);
  if (halvings === null) return [full.widthPx / page.widthPx, full.heightPx / page.heightPx];
  return [2 ** halvings, 2 ** halvings];
}
