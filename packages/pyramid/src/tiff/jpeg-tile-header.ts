import type { Size } from "../geometry.ts";
import { chromaOf, looksRgb, readJpegFrame } from "../jpeg/frame.ts";
import { marker } from "../jpeg/segments.ts";

/** What the JPEG stream of a tile in colour says of itself before its pixels. */
export interface TileHeader extends Size {
  /**
   * Whether colours are stored as red, green and blue, as every decoder outside a TIFF takes it from the stream alone.
   */
  readonly looksRgb: boolean;
  /** Whether a marker settles the colours; else they are guessed from the names of the components. */
  readonly isMarked: boolean;
  /** Sampling of the first component against the others, across and down: 2 and 2 for 4:2:0. */
  readonly chroma: readonly [across: number, down: number];
}

const ordinaryCodings: readonly number[] = [marker.sof0, marker.sof1];

/** Null unless it is an ordinary JPEG of three components of 8 bits, of which `bytes` holds the beginning. */
export function readTileHeader(bytes: Uint8Array): TileHeader | null {
  const frame = readJpegFrame(bytes);
  if (!frame || !ordinaryCodings.includes(frame.coding)) return null;
  const chroma = chromaOf(frame);
  if (frame.precision !== 8 || frame.components.length !== 3 || !chroma) return null;
  const { widthPx, heightPx, markedRgb } = frame;
  return { widthPx, heightPx, isMarked: markedRgb !== null, looksRgb: looksRgb(frame), chroma };
}

/** Adobe's marker for colours without a transform, as a decoder outside a TIFF needs it to know RGB. */
const rgbMarker = Uint8Array.of(...[0xff, marker.app14, 0, 14], ...Buffer.from("Adobe"), ...[0, 100, 0, 0, 0, 0, 0]);
const noMarker = new Uint8Array(0);

/**
 * What has to stand behind a stream's start marker so that its colours are taken for what its TIFF says they are; null
 * if the stream says something else itself.
 */
export function colourMarker({ isMarked, looksRgb }: TileHeader, isRgb: boolean): Uint8Array | null {
  if (looksRgb === isRgb) return noMarker;
  return isRgb && !isMarked ? rgbMarker : null;
}
