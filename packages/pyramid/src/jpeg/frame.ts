import type { Size } from "../geometry.ts";
import { marker, segmentsIn } from "./segments.ts";

export interface FrameComponent {
  readonly name: number;
  /** Sampling across in the upper four bits, and down in the lower. */
  readonly sampling: number;
}

/** What a JPEG stream says of itself before its pixels. */
export interface JpegFrame extends Size {
  readonly bitDepth: number;
  /** The low byte of its SOF marker, which names the way of coding: 0xc0 and 0xc1 are the ordinary ones. */
  readonly coding: number;
  readonly components: readonly FrameComponent[];
  /** Whether a marker says that three components are red, green and blue; null if none speaks of colours. */
  readonly markedRgb: boolean | null;
}

const notFrames: readonly number[] = [marker.dht, 0xc8, 0xcc];

/** Null unless `bytes` begin with a JPEG in good order, up to the end of its frame header. */
export function readJpegFrame(bytes: Uint8Array): JpegFrame | null {
  let markedRgb: boolean | null = null;
  for (const { kind, content, junkBytes } of segmentsIn(bytes)) {
    if (kind === marker.sos || junkBytes > 0) return null;
    // JFIF is always YCbCr and goes before Adobe's marker, whose twelfth byte is the kind of colour transform.
    if (kind === marker.jfif) markedRgb ??= false;
    if (kind === marker.adobe) markedRgb ??= content[11] === 0;
    if (kind >= marker.sof0 && kind <= 0xcf && !notFrames.includes(kind)) return readFrame(content, kind, markedRgb);
  }
  return null;
}

function readFrame(content: Uint8Array, coding: number, markedRgb: boolean | null): JpegFrame | null {
  const [bitDepth = 0, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, count = 0] = content;
  if (content.length < 6 + 3 * count) return null;
  const components = Array.from({ length: count }, (_, i) => ({
    name: content[6 + 3 * i] ?? 0,
    sampling: content[7 + 3 * i] ?? 0,
  }));
  const [heightPx, widthPx] = [(heightHigh << 8) | heightLow, (widthHigh << 8) | widthLow];
  return { bitDepth, heightPx, widthPx, coding, components, markedRgb };
}

/** Whether three components are stored as red, green and blue, as every decoder takes it from the stream alone. */
export const looksRgb = ({ components, markedRgb }: JpegFrame): boolean =>
  markedRgb ?? String.fromCharCode(...components.map(({ name }) => name)) === "RGB";

/** Sampling of the first component against the others, across and down: 2 and 2 for 4:2:0. Null for any other kind. */
export function chromaOf({ components }: JpegFrame): readonly [across: number, down: number] | null {
  const [first, ...others] = components;
  if (!first || others.some(({ sampling }) => sampling !== 0x11)) return null;
  return [first.sampling >> 4, first.sampling & 15];
}
