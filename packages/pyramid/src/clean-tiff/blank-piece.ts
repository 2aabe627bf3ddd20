import { deflateSync, zstdCompressSync } from "node:zlib";
import { PyramidError } from "../errors.ts";
import { blankJpeg } from "../jpeg/blank-jpeg.ts";
import { compression, extraSample, photometric, predictor, sampleFormat } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { plainBytes } from "../tiff/pieces.ts";

const transparencies: readonly number[] = [extraSample.associatedAlpha, extraSample.unassociatedAlpha];
/** For a strip or a tile that is not there, nobody should have to hold more in memory. */
const mostBytes = 64 * 2 ** 20;

/**
 * A strip or tile of nothing but background, as it has to be stored in place of one that is left out. Background is
 * transparent where the page has transparency; else white in 8 bits, which is how slides and plans are meant; of
 * samples whose white is found in the picture itself it is 0, as all readers have it.
 *
 * @throws PyramidError UNSUPPORTED_FORMAT nothing can be stored in the page's own way.
 */
export function blankPiece(page: TiffPage, rows: number): Uint8Array {
  const samples = backgroundOf(page);
  if (page.compression === compression.jpeg)
    return page.jpegFrame ? blankJpeg(page.jpegFrame, samples, rows) : refuse();
  const sizeBytes = plainBytes(page, rows);
  if (sizeBytes === null || sizeBytes > mostBytes) return refuse();
  return compressed(page, plainPiece(page, samples, sizeBytes, rows));
}

const refuse = (): never => {
  const message = "The TIFF leaves out parts of the image, in a way that is not supported; save it with all of them.";
  throw new PyramidError("UNSUPPORTED_FORMAT", message);
};

/** Of each channel of a pixel; all are 0, or of 8 bits and fewer. */
function backgroundOf(page: TiffPage): number[] {
  const { photometric: kind, bitsPerSample, samplesPerPixel, extraSamples, sampleFormat: samples } = page;
  const isDark = kind === photometric.whiteIsZero || kind === photometric.cmyk || kind === photometric.palette;
  const isTransparent = extraSamples.some((each) => transparencies.includes(each));
  if (isDark || isTransparent || bitsPerSample > 8 || samples !== sampleFormat.unsigned)
    return Array(samplesPerPixel).fill(0);
  if (kind === photometric.ycbcr) return [255, 128, 128];
  return Array(samplesPerPixel).fill(2 ** bitsPerSample - 1);
}

function plainPiece(page: TiffPage, samples: readonly number[], sizeBytes: number, rows: number): Uint8Array {
  const piece = new Uint8Array(sizeBytes);
  const isWhite = (samples[0] ?? 0) > 0;
  if (!isWhite) return piece;
  if (page.predictor <= predictor.none) return piece.fill(255);
  // Only the first pixel of a row differs from the one before it.
  const rowBytes = sizeBytes / rows;
  for (let at = 0; at < sizeBytes; at += rowBytes) piece.fill(255, at, at + (page.isPlanar ? 1 : page.samplesPerPixel));
  return piece;
}

function compressed(page: TiffPage, piece: Uint8Array): Uint8Array {
  switch (page.compression) {
    case compression.none:
      return piece;
    case compression.deflate:
    case compression.oldDeflate:
      return deflateSync(piece);
    case compression.zstandard:
      return zstdCompressSync(piece);
    case compression.lzw:
      return asLzw(piece);
    case compression.packBits:
      return asPackBits(piece);
    default:
      return refuse();
  }
}

const longestRun = 128;

/** A run of equal bytes is told by one less than its length, below zero. */
function asPackBits(piece: Uint8Array): Uint8Array {
  const runs: number[] = [];
  for (let at = 0; at < piece.length; ) {
    const value = piece[at] ?? 0;
    let length = 1;
    while (length < longestRun && piece[at + length] === value) length += 1;
    runs.push((257 - length) & 255, value);
    at += length;
  }
  return Uint8Array.from(runs);
}

const lzw = { clear: 256, end: 257, bits: 9, mostCodes: 250 } as const;

/** Each byte as a code of its own, and the table cleared before codes would grow longer. */
function asLzw(piece: Uint8Array): Uint8Array {
  const codes = piece.length + Math.ceil(piece.length / lzw.mostCodes) + 1;
  const bytes = new Uint8Array(Math.ceil((codes * lzw.bits) / 8));
  let bit = 0;
  const put = (code: number): void => {
    for (let i = lzw.bits - 1; i >= 0; i--, bit++) {
      if ((code >> i) & 1) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (128 >> (bit & 7));
    }
  };
  for (const [i, value] of piece.entries()) {
    if (i % lzw.mostCodes === 0) put(lzw.clear);
    put(value);
  }
  put(lzw.end);
  return bytes;
}
