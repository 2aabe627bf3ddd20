import { join } from "node:path";
import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { firstPlace, type PagePlace, type TiffPage } from "../tiff/page.ts";
import type { TiffContents } from "../tiff/pages.ts";
import { readPieces } from "../tiff/pieces.ts";
import { hasManyChannels } from "../tiff/shown-channels.ts";
import { findSystemVips, requireLoader, type SystemVips } from "../vips/system-vips.ts";
import { profile } from "./clean-fields.ts";
import { layCleanTiff } from "./clean-tiff.ts";
import { fromBands } from "./from-bands.ts";
import { fromFour, fromPlanes, isJpegOfFour } from "./from-parts.ts";
import type { CopyPlan, OnCopied, TiffSource } from "./tiff-source.ts";
import { isWellFormed } from "./well-formed.ts";

export interface TiffOpening {
  readonly sourcePath: string;
  readonly contents: Pick<TiffContents, "first" | "endsWell">;
  readonly page: TiffPage;
  readonly scratchPath: string;
  /** Of a copy within `scratchPath`. */
  readonly name?: string;
  /** Whether sharp decodes it, and not the system's `vips`. */
  readonly isForSharp?: boolean;
  /** What a copy is to leave free on the disk. */
  readonly reserveBytes?: number;
  readonly findVips?: () => Promise<SystemVips>;
}

/**
 * Shows a page to a decoder in such a way that it finds nothing odd and takes nothing for what it isn't: in place where
 * the directory is as it should be, else in a copy with a directory of ours. A copy that has yet to be made has a
 * header.
 *
 * @throws PyramidError CORRUPT_IMAGE, UNSUPPORTED_FORMAT; SCRATCH_FULL when a copy is made. @throws the system's error.
 */
export async function openTiffSource({
  sourcePath,
  contents,
  page,
  scratchPath,
  name = "clean",
  isForSharp = true,
  reserveBytes = 0,
  findVips = findSystemVips,
}: TiffOpening): Promise<TiffSource> {
  const isInPlanes = isForSharp && page.isPlanar;
  // sharp knows no more than five channels.
  const takesBands = !isInPlanes && hasManyChannels(page);
  const bandsLoader = takesBands ? requireLoader(await findVips(), "tiffload", "a TIFF of many channels") : null;
  const source = await openFileSource(sourcePath);
  try {
    const pieces = await readPieces(source, page);
    const pathOf = (part: string): string => join(scratchPath, `${name}${part}.tif`);
    const plan: CopyPlan = { sourcePath, page, pieces, pathOf, reserveBytes };
    if (isInPlanes) return await fromPlanes(plan);
    if (isForSharp && isJpegOfFour(page)) return await fromFour(plan);
    // The system's `vips` is shown no page but the first, and of many channels no file that any other reader could
    // claim.
    const isReachable = !takesBands && (isForSharp || isFirst(page.place));
    const isInPlace =
      isReachable &&
      page.isAsStated &&
      pieces.areAsStated &&
      contents.endsWell &&
      (await areWellFormed(new ReadAhead(source), [page, contents.first ?? page]));
    const seen: TiffSource = isInPlace
      ? { path: sourcePath, place: page.place, pieces, pieceBytes: pieces.largestBytes, make: null }
      : await fromCopy(plan);
    return bandsLoader ? await fromBands(plan, seen, bandsLoader) : seen;
  } finally {
    await source.close();
  }
}

const isFirst = ({ page, subifd }: PagePlace): boolean => page === 0 && subifd === null;

async function areWellFormed(bytes: ReadAhead, pages: readonly TiffPage[]): Promise<boolean> {
  for (const { directory, samplesPerPixel, iccProfile } of new Set(pages)) {
    if (!(await isWellFormed(bytes, directory, samplesPerPixel))) return false;
    if (iccProfile && (await profile(bytes, { directory })).length === 0) return false;
  }
  return true;
}

async function fromCopy({ sourcePath, page, pieces, pathOf, reserveBytes }: CopyPlan): Promise<TiffSource> {
  const path = pathOf("");
  const { fill } = await layCleanTiff(sourcePath, page, pieces, path);
  const make = async (onCopied: OnCopied): Promise<string> => {
    await fill(reserveBytes, onCopied);
    return path;
  };
  return { path, place: firstPlace, pieces, pieceBytes: pieces.largestBytes, make };
}
