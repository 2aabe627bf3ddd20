import { type FileHandle, open, statfs } from "node:fs/promises";
import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { compression } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { damaged, type Pieces, plainBytes, rowsOf } from "../tiff/pieces.ts";
import { appendDirectory, bigTiffHeader, firstLink } from "../tiff/write-directory.ts";
import { blankPiece } from "./blank-piece.ts";
import { cleanFields } from "./clean-fields.ts";
import { planCopy, type Run } from "./piece-runs.ts";

/**
 * One page of a TIFF as a file of its own, with a directory that has nothing but what its pixels need. The pixels are
 * to be the source's, byte for byte: until they are copied, there is a hole in the file that takes no room.
 */
export interface CleanTiff {
  readonly path: string;
  /**
   * Copies the pixels.
   *
   * @param reserveBytes what is to be left free on the disk.
   * @throws PyramidError SCRATCH_FULL. @throws the system's error, such as ENOSPC.
   */
  fill(reserveBytes: number, onCopied: (share: number) => void): Promise<void>;
}

const chunkBytes = 4 * 2 ** 20;

/** What of a page becomes a clean TIFF, and as what. */
export interface CleanForm {
  /** A channel that is stored by itself, which becomes a page of grey. */
  readonly plane?: number;
  /** What the directory is to say instead, for a decoder that knows the same pixels by another name. */
  readonly as?: Partial<TiffPage>;
}

/**
 * @throws PyramidError UNSUPPORTED_FORMAT, CORRUPT_IMAGE. @throws the system's error.
 */
export async function layCleanTiff(
  sourcePath: string,
  page: TiffPage,
  pieces: Pieces,
  targetPath: string,
  { plane, as }: CleanForm = {},
): Promise<CleanTiff> {
  const { little } = page.directory;
  const source = await openFileSource(sourcePath);
  const target = await open(targetPath, "w");
  try {
    const header = bigTiffHeader(little);
    await target.write(header, 0, header.length, 0);
    const { offsets, lengths } = within(page, ofPlane(pieces, plane), source.sizeBytes);
    const blanks = new BlankPieces(page, target, header.length);
    const filled = await blanks.fill(lengths);
    const plan = planCopy(offsets, lengths, blanks.endByte);
    const places = {
      offsets: plan.offsets.map((offset, i) => filled[i]?.offset ?? offset),
      lengths: lengths.map((length, i) => filled[i]?.length ?? length),
    };
    await target.truncate(plan.endByte);
    const fields = await cleanFields(new ReadAhead(source), { ...page, ...as }, places, plane);
    await appendDirectory(target, fields, firstLink, little);
    const fill: CleanTiff["fill"] = async (reserveBytes, onCopied) => {
      await requireRoom(targetPath, plan.endByte, reserveBytes);
      await copyRuns(sourcePath, targetPath, plan.runs, onCopied);
    };
    return { path: targetPath, fill };
  } finally {
    await source.close();
    await target.close();
  }
}

function ofPlane({ offsets, lengths, planes }: Pieces, plane: number | undefined): Pick<Pieces, "offsets" | "lengths"> {
  if (plane === undefined) return { offsets, lengths };
  const count = offsets.length / planes;
  const [from, to] = [plane * count, (plane + 1) * count];
  return { offsets: offsets.slice(from, to), lengths: lengths.slice(from, to) };
}

/** What lies beyond the end of the file is left to a decoder to miss; what is stored beyond the pixels is of no use. */
function within(
  page: TiffPage,
  { offsets, lengths }: Pick<Pieces, "offsets" | "lengths">,
  endByte: number,
): Pick<Pieces, "offsets" | "lengths"> {
  const isPlain = page.compression === compression.none;
  const most = (i: number): number => (isPlain ? plainBytes(page, rowsOf(page, i)) : null) ?? Number.POSITIVE_INFINITY;
  return {
    offsets,
    lengths: lengths.map((length, i) => {
      if (length === 0) return 0;
      // Of a JPEG that ends too soon in a place of its own, libtiff would make grey without a word.
      if (page.compression === compression.jpeg && (offsets[i] ?? 0) + length > endByte) {
        throw damaged("the file ends before its pixels do");
      }
      // Of what is missing altogether, one byte stands for its place: it is no background.
      return Math.max(1, Math.min(length, most(i), endByte - (offsets[i] ?? 0)));
    }),
  };
}

/** Background for pieces that are left out: once for all tiles, and once for each height of a strip. */
class BlankPieces {
  endByte: number;
  readonly #page: TiffPage;
  readonly #target: FileHandle;
  readonly #byRows = new Map<number, { offset: number; length: number }>();

  constructor(page: TiffPage, target: FileHandle, start: number) {
    this.#page = page;
    this.#target = target;
    this.endByte = start;
  }

  async fill(lengths: Float64Array): Promise<(undefined | { offset: number; length: number })[]> {
    const filled = new Array<undefined | { offset: number; length: number }>(lengths.length);
    for (const [i, length] of lengths.entries()) {
      if (length === 0) filled[i] = await this.#blank(rowsOf(this.#page, i));
    }
    return filled;
  }

  async #blank(rows: number): Promise<{ offset: number; length: number }> {
    const known = this.#byRows.get(rows);
    if (known) return known;
    const bytes = blankPiece(this.#page, rows);
    const place = { offset: this.endByte, length: bytes.length };
    await this.#target.write(bytes, 0, bytes.length, place.offset);
    this.endByte = Math.ceil((place.offset + place.length) / 8) * 8;
    this.#byRows.set(rows, place);
    return place;
  }
}

/** Before a byte is copied, rather than when none fits any more. */
async function requireRoom(path: string, sizeBytes: number, reserveBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize - sizeBytes >= reserveBytes) return;
  const size = `${Math.ceil(sizeBytes / 2 ** 20).toLocaleString("en")} MiB`;
  throw new PyramidError("SCRATCH_FULL", `The disk has no room for a copy of the image's pixels, which takes ${size}.`);
}

async function copyRuns(
  sourcePath: string,
  targetPath: string,
  runs: readonly Run[],
  onCopied: (share: number) => void,
): Promise<void> {
  const source = await open(sourcePath);
  const target = await open(targetPath, "r+");
  const total = runs.reduce((sum, { from, to }) => sum + to - from, 0);
  const buffer = Buffer.alloc(Math.min(chunkBytes, total));
  let done = 0;
  let told = 0;
  try {
    for (const { from, to, target: start } of runs) {
      for (let at = from; at < to; at += buffer.length) {
        const length = Math.min(buffer.length, to - at);
        const { bytesRead } = await source.read(buffer, 0, length, at);
        await writeAll(target, buffer.subarray(0, bytesRead), start + at - from);
        done += length;
        // There may be a run for each of a million tiles.
        if (done < told + total / 100 && done < total) continue;
        told = done;
        onCopied(done / total);
      }
    }
  } finally {
    await source.close();
    await target.close();
  }
}

/** A disk that fills up takes a part of what it is given, and refuses the rest. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}
