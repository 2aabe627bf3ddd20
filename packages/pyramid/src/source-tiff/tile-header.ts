import type { Size } from "../geometry.ts";

/** What a JPEG stream says of itself before its pixels. */
export interface TileHeader extends Size {
  /** Whether colours are stored as red, green and blue, as every decoder outside a TIFF takes it from the stream alone. */
  readonly looksRgb: boolean;
  /** Whether a marker settles the colours; else they are guessed from the names of the components. */
  readonly isMarked: boolean;
  /** Sampling of the first component against the others, across and down: 2 and 2 for 4:2:0. */
  readonly chroma: readonly [across: number, down: number];
}

const marker = { sof0: 0xc0, sof1: 0xc1, sos: 0xda, app0: 0xe0, app14: 0xee } as const;

/** Null unless it is an ordinary JPEG of three components of 8 bits, of which `bytes` holds the beginning. */
export function readTileHeader(bytes: Uint8Array): TileHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  let isMarked = false;
  let markedRgb = false;
  for (let at = 2; at + 20 <= bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const kind = bytes[at + 1];
    if (kind === marker.sos) return null;
    // JFIF is always YCbCr and goes before Adobe's marker, whose twelfth byte is the kind of colour transform.
    if (kind === marker.app0 && !isMarked) [isMarked, markedRgb] = [true, false];
    if (kind === marker.app14 && !isMarked) [isMarked, markedRgb] = [true, bytes[at + 15] === 0];
    if (kind === marker.sof0 || kind === marker.sof1) return readFrame(view, at + 4, isMarked, markedRgb);
  }
  return null;
}

function readFrame(view: DataView, at: number, isMarked: boolean, markedRgb: boolean): TileHeader | null {
  const [bitDepth, components] = [view.getUint8(at), view.getUint8(at + 5)];
  if (bitDepth !== 8 || components !== 3 || at + 15 > view.byteLength) return null;
  const names = [6, 9, 12].map((offset) => view.getUint8(at + offset));
  const [first = 0, ...others] = [7, 10, 13].map((offset) => view.getUint8(at + offset));
  if (others.some((sampling) => sampling !== 0x11)) return null;
  return {
    heightPx: view.getUint16(at + 1),
    widthPx: view.getUint16(at + 3),
    isMarked,
    looksRgb: isMarked ? markedRgb : String.fromCharCode(...names) === "RGB",
    chroma: [first >> 4, first & 15],
  };
}

/** Adobe's marker for colours without a transform, as a decoder outside a TIFF needs it to know RGB. */
const rgbMarker = Uint8Array.of(...[0xff, marker.app14, 0, 14], ...Buffer.from("Adobe"), ...[0, 100, 0, 0, 0, 0, 0]);
const noMarker = new Uint8Array(0);

/**
 * What has to stand behind a stream's start marker so that its colours are taken for what its TIFF says they are; null if
 * the stream says something else itself.
 */
export function colourMarker({ isMarked, looksRgb }: TileHeader, isRgb: boolean): Uint8Array | null {
  if (looksRgb === isRgb) return noMarker;
  return isRgb && !isMarked ? rgbMarker : null;
}
