import { dirname, join } from "node:path";
import { PyramidError } from "../errors.ts";
import type { ImageFacts, SampleWindow } from "../facts.ts";
import { keepsProfile, writeEightBits } from "../samples/eight-bit-copy.ts";
import { findWindow, hasWindow } from "../samples/find-window.ts";
import { readSampleTiff, type SampleTiff } from "../samples/sample-tiff.ts";
import { findSixteenBitWindow, isSixteenBits } from "../samples/sixteen-bits.ts";
import { readPages } from "../source-tiff/pages.ts";
import { isWindowed, storedCopy } from "./foreign.ts";
import type { Probed } from "./probe.ts";
import { type OnProgress, vipsToTiff } from "./system-vips.ts";

/** A file that sharp reads: the source, or a copy of it in another form. */
export interface Readable {
  readonly path: string;
  /** What is known of the source by then. */
  readonly image: ImageFacts;
  /** What this file is, where it isn't what the source is. */
  readonly stored: ImageFacts;
  /** What of its samples becomes black and white, if that isn't what their type can hold. */
  readonly stretch: SampleWindow | null;
}

type Source = Pick<Probed, "path" | "image" | "foreign" | "samples">;

/** @param scratchPath where copies are written. @throws PyramidError of the decoder's, SCRATCH_FULL. */
export async function inReadableForm(source: Source, scratchPath: string, onCopied: OnProgress): Promise<Readable> {
  const { image, foreign, samples } = source;
  if (samples && !foreign) return sampleCopy(source.path, image, samples, join(scratchPath, "samples.tif"), onCopied);
  if (foreign && isWindowed(image)) return copyTwice(source, onCopied);
  const path = foreign ? await foreignCopy(source, foreign.isSeeThrough, onCopied) : source.path;
  return withWindow(path, image);
}

/** Samples of 16 bits have a window that may be less than what their type can hold. */
async function withWindow(path: string, image: ImageFacts): Promise<Readable> {
  if (!isSixteenBits(image)) return { path, image, stored: image, stretch: null };
  const window = await findSixteenBitWindow(path, image);
  const known = { ...image, window };
  return { path, image: known, stored: known, stretch: window.foundBy === "type" ? null : window };
}

function foreignCopy({ path, image }: Source, isSeeThrough: boolean, onCopied: OnProgress): Promise<string> {
  const shinesThrough = isSeeThrough ? 2 ** (image.bitDepth > 8 ? 16 : 8) - 1 : null;
  return vipsToTiff(path, "copy.tif", storedCopy(image), shinesThrough, onCopied);
}

/** What only `vips` can decompress becomes a TIFF that it doesn't take for its samples. */
async function copyTwice(source: Source, onCopied: OnProgress): Promise<Readable> {
  const { image, samples } = source;
  const path = await foreignCopy(source, false, (share) => onCopied(share / 2));
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
  return { path: target, image: known, stored, stretch: null };
}
