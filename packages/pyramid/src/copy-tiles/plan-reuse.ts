import { type BlockPlan, planBlocks } from "../admission/blocks.ts";
import { choosePadding } from "../admission/padding.ts";
import { countTiles, floorSize, type Grid, halvingsOf, type Size } from "../geometry.ts";
import type { WrittenLevel } from "../pyramid-level.ts";
import type { TiffPage } from "../tiff/page.ts";
import type { Pieces } from "../tiff/pieces.ts";
import { mayBeReused, reusableLevel } from "./reusable-level.ts";

/** A level of the source whose tiles the pyramid takes over. */
export interface SourceLevel {
  readonly page: TiffPage;
  readonly level: WrittenLevel;
}

/** Levels that the source lacks. They are made from its last level before the first gap, halved. */
export interface MissingLevels {
  /** Halvings of the first of them. */
  readonly from: number;
  readonly size: Size;
  readonly plan: BlockPlan;
}

export interface ReusePlan {
  readonly tileSizePx: 256 | 512;
  readonly tileFormat: "jpeg";
  /** By halvings; full size is always among them. */
  readonly source: ReadonlyMap<number, SourceLevel>;
  readonly missing: MissingLevels | null;
  /** Of the pyramid, from full size down. */
  readonly levels: readonly Grid[];
}

/**
 * How a pyramid can be had from the source's own tiles, without decoding and encoding them again; null if those of full
 * size can't be taken over.
 *
 * @param pieces the tiles of the first page, if they are known.
 */
export async function planReuse(
  path: string,
  pages: readonly TiffPage[],
  pieces: Pieces | null,
): Promise<ReusePlan | null> {
  const [full] = pages;
  if (!full || !mayBeReused(full)) return null;
  const tileSizePx = full.tile?.widthPx === 512 ? 512 : 256;
  const source = new Map<number, SourceLevel>();
  for (const page of pages) {
    const halvings = page === full ? 0 : halvingsOf(page, full);
    if (halvings === null || source.has(halvings)) continue;
    if (!mayBeReused(page) || page.tile?.widthPx !== tileSizePx) continue;
    const level = await reusableLevel(path, page, page === full ? pieces : null);
    if (level) source.set(halvings, { page, level });
    else if (page === full) return null;
  }
  const missing = missingLevels(full, source, tileSizePx);
  const levels: Grid[] = [];
  for (;;) {
    const halvings = levels.length;
    const level = source.get(halvings)?.level ?? missing?.plan.levels[halvings - missing.from];
    if (!level) break;
    levels.push(level);
  }
  // Below a level that is neither there nor made, nothing is of use.
  for (const halvings of source.keys()) if (halvings >= levels.length) source.delete(halvings);
  return { tileSizePx, tileFormat: "jpeg", source, missing, levels };
}

export const countReused = ({ source }: ReusePlan): number =>
  countTiles([...source.values()].map(({ level }) => level));

/** Levels go down until one tile holds everything. */
function missingLevels(full: Size, source: ReusePlan["source"], tileSizePx: number): MissingLevels | null {
  let from = 1;
  while (source.has(from)) from += 1;
  const above = source.get(from - 1)?.level ?? full;
  const size = floorSize(above, 1);
  const isComplete = above.widthPx <= tileSizePx && above.heightPx <= tileSizePx;
  if (isComplete || size.widthPx < 1 || size.heightPx < 1) return null;
  const { padded } = choosePadding(size);
  return { from, size, plan: planBlocks(size, tileSizePx, padded) };
}
