import type { Size } from "../geometry.ts";
import { marker, segmentsIn } from "../jpeg/segments.ts";

/** What a JPEG stream says of itself before its pixels. */
export interface TileHeader extends Size {
  /** Whether colours are stored as red, green and blue, as every decoder outside a TIFF takes it from the stream alone. */
  readonly looksRgb: boolean;
  /** Whether a marker settles the colours; else they are guessed from the names of the components. */
  readonly isMarked: boolean;
  /** Sampling of the first component against the others, across and down: 2 and 2 for 4:2:0. */
  readonly chroma: readonly [across: number, down: number];
}

/** Null unless it is an ordinary JPEG of three components of 8 bits, of which `bytes` holds the beginning. */
export function readTileHeader(bytes: Uint8Array): TileHeader | null {
  let isMarked = false;
  let markedRgb = false;
  for (const { kind, content, junkBytes } of segmentsIn(bytes)) {
    if (kind === marker.sos || junkBytes > 0) return null;
    // JFIF is always YCbCr and goes before Adobe's marker, whose twelfth byte is the kind of colour transform.
    if (kind === marker.jfif && !isMarked) [isMarked, markedRgb] = [true, false];
    if (kind === marker.adobe && !isMarked) [isMarked, markedRgb] = [true, content[11] === 0];
    if (kind === marker.sof0 || kind === marker.sof1) return readFrame(content, isMarked, markedRgb);
  }
  return null;
}

function readFrame(content: Uint8Array, isMarked: boolean, markedRgb: boolean): TileHeader | null {
  const [bitDepth, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, components] = content;
  if (bitDepth !== 8 || components !== 3 || content.length < 15) return null;
  const names = [6, 9, 12].map((at) => content[at] ?? 0);
  const [first = 0, ...others] = [7, 10, 13].map((at) => content[at] ?? 0);
  if (others.some((sampling) => sampling !== 0x11)) return null;
  return {
    heightPx: (heightHigh << 8) | heightLow,
    widthPx: (widthHigh << 8) | widthLow,
    isMarked,
    looksRgb: isMarked ? markedRgb : String.fromCharCode(...names) === "RGB",
    chroma: [first >> 4, first & 15],
  };
}

/** Adobe's marker for colours without a transform, as a decoder outside a TIFF needs it to know RGB. */
const rgbMarker = Uint8Array.of(...[0xff, marker.adobe, 0, 14], ...Buffer.from("Adobe"), ...[0, 100, 0, 0, 0, 0, 0]);
const noMarker = new Uint8Array(0);

/**
 * What has to stand behind a stream's start marker so that its colours are taken for what its TIFF says they are; null if
 * the stream says something else itself.
 */
export function colourMarker({ isMarked, looksRgb }: TileHeader, isRgb: boolean): Uint8Array | null {
  if (looksRgb === isRgb) return noMarker;
  return isRgb && !isMarked ? rgbMarker : null;
}
