import { dirname, join } from "node:path";
import type { Probed } from "../admission/probed.ts";
import { isWindowed, storedCopy, vipsSource } from "../admission/vips-copy.ts";
import type { VipsImage } from "../admission/vips-image.ts";
import { PyramidError } from "../errors.ts";
import type { ImageFacts, SampleWindow } from "../facts.ts";
import { keepsProfile, writeEightBits } from "../samples/eight-bit-copy.ts";
import { findWindow, hasWindow } from "../samples/find-window.ts";
import { readSampleTiff, type SampleTiff } from "../samples/sample-tiff.ts";
import { findSixteenBitWindow, isSixteenBits } from "../samples/sixteen-bits.ts";
import { firstPlace, type PagePlace } from "../tiff/page.ts";
import { readPages } from "../tiff/pages.ts";
import { type OnProgress, vipsToTiff } from "../vips/copy.ts";

/** A file that sharp reads: the source, or a copy of it in another form. */
export interface Readable {
  readonly path: string;
  readonly place: PagePlace;
  /** What is known of the source by then. */
  readonly image: ImageFacts;
  /** What this file is, where it isn't what the source is. */
  readonly stored: ImageFacts;
  /** What of its samples becomes black and white, if that isn't what their type can hold. */
  readonly stretch: SampleWindow | null;
}

type Source = Pick<Probed, "format" | "path" | "place" | "image" | "byVips" | "samples">;

/** @param scratchPath where copies are written. @throws PyramidError of the decoder's, SCRATCH_FULL. */
export async function inReadableForm(source: Source, scratchPath: string, onCopied: OnProgress): Promise<Readable> {
  const { format, image, byVips, samples } = source;
  if (samples && !byVips) return sampleCopy(source.path, image, samples, join(scratchPath, "samples.tif"), onCopied);
  if (!byVips) return withWindow(source, image);
  if (isWindowed(image)) return copyTwice(source, byVips, onCopied);
  const path = await copyByVips(source, byVips, onCopied);
  return withWindow({ format, path, place: firstPlace, image }, { ...image, hasAlpha: byVips.isSeeThrough });
}

/**
 * Samples of 16 bits have a window that may be less than what their type can hold.
 *
 * @param stored what the file is that is read, of which there is no window yet.
 */
async function withWindow(
  { format, path, place, image }: Pick<Source, "format" | "path" | "place" | "image">,
  stored: ImageFacts,
): Promise<Readable> {
  if (!isSixteenBits(image)) return { path, place, image, stored, stretch: null };
  const window = await findSixteenBitWindow(path, place, stored, format.isPhotograph);
  const stretch = window.foundBy === "type" ? null : window;
  return { path, place, image: { ...image, window }, stored: { ...stored, window }, stretch };
}

function copyByVips({ path, image }: Source, byVips: VipsImage, onCopied: OnProgress): Promise<string> {
  const copy = storedCopy(image, byVips.isSeeThrough);
  return vipsToTiff(vipsSource(path, image, byVips), "copy.tif", copy, onCopied);
}

/** What only `vips` can decompress becomes a TIFF that it doesn't take for its samples. */
async function copyTwice(source: Source, byVips: VipsImage, onCopied: OnProgress): Promise<Readable> {
  const { image, samples } = source;
  const path = await copyByVips(source, byVips, (share) => onCopied(share / 2));
  const [page] = await readPages(path);
  const copy = page && (await readSampleTiff(path, page));
  if (!copy) throw new PyramidError("INTERNAL", "The copy of the image can't be read.");
  // What vips doesn't pass on is known from the source.
  const tiff: SampleTiff = { ...copy, colours: image.channels === 3 ? 3 : 1, noData: samples?.noData ?? null };
  const target = join(dirname(path), "samples.tif");
  return sampleCopy(path, image, tiff, target, (share) => onCopied(0.5 + share / 2));
}

/** Where there is a window to be found, all samples are read twice. */
async function sampleCopy(
  path: string,
  image: ImageFacts,
  tiff: SampleTiff,
  target: string,
  onCopied: OnProgress,
): Promise<Readable> {
  const before = hasWindow(tiff) ? 0.5 : 0;
  const window = await findWindow(path, tiff, (share) => onCopied(share * before));
  await writeEightBits(path, target, tiff, window, (share) => onCopied(before + share * (1 - before)));
  const known = { ...image, window };
  const stored: ImageFacts = { ...known, bitDepth: 8, samples: "unsigned", iccProfile: keepsProfile(tiff, window) };
  return { path: target, place: firstPlace, image: known, stored, stretch: null };
}
