import type { Size } from "../geometry.ts";
import { marker, type Segment, segmentsIn } from "./segments.ts";

/** A component as its frame header describes it. */
export interface FrameComponent {
  readonly id: number;
  readonly horizontalSampling: number;
  readonly verticalSampling: number;
  readonly quantisationTable: number;
}

export interface FrameHeader extends Size {
  /** Bits of a sample. */
  readonly precision: number;
  /** The second byte of its SOF marker, which names the way of coding: 0xc0 and 0xc1 are the ordinary ones. */
  readonly coding: number;
  readonly components: readonly FrameComponent[];
}

/** What a JPEG stream says of itself before its pixels. */
export interface JpegFrame extends FrameHeader {
  /** Whether a marker says that three components are red, green and blue; null if none speaks of colours. */
  readonly markedRgb: boolean | null;
}

/** DHT, JPG and DAC have numbers among those of the frames. */
const notFrames: readonly number[] = [marker.dht, marker.jpg, marker.dac];

export const isFrameHeader = (kind: number): boolean =>
  kind >= marker.sof0 && kind <= marker.sof15 && !notFrames.includes(kind);

const bytesPerComponent = 3;
const fixedBytes = 6;

/** Null if its content is shorter than its number of components takes. */
export function parseFrameHeader({ kind, content }: Pick<Segment, "kind" | "content">): FrameHeader | null {
  const [precision = 0, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, count = 0] = content;
  if (content.length < fixedBytes + bytesPerComponent * count) return null;
  const components = Array.from({ length: count }, (_, i) => {
    const at = fixedBytes + bytesPerComponent * i;
    const sampling = content[at + 1] ?? 0;
    return {
      id: content[at] ?? 0,
      horizontalSampling: sampling >> 4,
      verticalSampling: sampling & 15,
      quantisationTable: content[at + 2] ?? 0,
    };
  });
  const [heightPx, widthPx] = [(heightHigh << 8) | heightLow, (widthHigh << 8) | widthLow];
  return { precision, heightPx, widthPx, coding: kind, components };
}

const adobeTransformAt = 11;

/**
 * What is known of the colours behind one more segment. JFIF is always YCbCr, and goes before Adobe's marker wherever
 * the two stand, as libjpeg has it.
 *
 * @param before as JpegFrame.markedRgb.
 */
export function markedRgbAfter(before: boolean | null, { kind, content }: Segment): boolean | null {
  if (kind === marker.app0) return false;
  return kind === marker.app14 ? (before ?? content[adobeTransformAt] === 0) : before;
}

/** Null unless `bytes` begin with a JPEG in good order, up to the end of its frame header. */
export function readJpegFrame(bytes: Uint8Array): JpegFrame | null {
  let markedRgb: boolean | null = null;
  for (const segment of segmentsIn(bytes)) {
    if (segment.kind === marker.sos || segment.junkBytes > 0) return null;
    markedRgb = markedRgbAfter(markedRgb, segment);
    if (!isFrameHeader(segment.kind)) continue;
    const frame = parseFrameHeader(segment);
    return frame && { ...frame, markedRgb };
  }
  return null;
}

/** Whether three components are stored as red, green and blue, as every decoder takes it from the stream alone. */
export const looksRgb = ({ components, markedRgb }: Pick<JpegFrame, "components" | "markedRgb">): boolean =>
  markedRgb ?? String.fromCharCode(...components.map(({ id }) => id)) === "RGB";

/** Sampling of the first component against the others, across and down: 2 and 2 for 4:2:0. Null for any other kind. */
export function chromaOf({ components }: FrameHeader): readonly [across: number, down: number] | null {
  const [first, ...others] = components;
  const isPlain = others.every(({ horizontalSampling: h, verticalSampling: v }) => h === 1 && v === 1);
  return first && isPlain ? [first.horizontalSampling, first.verticalSampling] : null;
}
