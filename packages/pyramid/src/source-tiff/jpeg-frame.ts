import type { Size } from "../geometry.ts";

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

const marker = { dht: 0xc4, jpg: 0xc8, dac: 0xcc, sos: 0xda, app0: 0xe0, app14: 0xee } as const;
const notFrames: readonly number[] = [marker.dht, marker.jpg, marker.dac];

/** Null unless `bytes` begin with a JPEG, up to the end of its frame header. */
export function readJpegFrame(bytes: Uint8Array): JpegFrame | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  let markedRgb: boolean | null = null;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const kind = bytes[at + 1] ?? 0;
    if (kind === marker.sos) return null;
    // JFIF is always YCbCr and goes before Adobe's marker, whose twelfth byte is the kind of colour transform.
    if (kind === marker.app0) markedRgb ??= false;
    if (kind === marker.app14) markedRgb ??= bytes[at + 15] === 0;
    if (kind >= 0xc0 && kind <= 0xcf && !notFrames.includes(kind)) return readFrame(view, at, kind, markedRgb);
  }
  return null;
}

function readFrame(view: DataView, start: number, coding: number, markedRgb: boolean | null): JpegFrame | null {
  const at = start + 4;
  if (at + 6 > view.byteLength) return null;
  const count = view.getUint8(at + 5);
  if (at + 6 + 3 * count > view.byteLength) return null;
  const components = Array.from({ length: count }, (_, i) => ({
    name: view.getUint8(at + 6 + 3 * i),
    sampling: view.getUint8(at + 7 + 3 * i),
  }));
  const [heightPx, widthPx] = [view.getUint16(at + 1), view.getUint16(at + 3)];
  return { bitDepth: view.getUint8(at), heightPx, widthPx, coding, components, markedRgb };
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
