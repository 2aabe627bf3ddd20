import type { JpegHead } from "./jpeg-head.ts";
import { marker, type Segment } from "./segments.ts";

const sequential: readonly number[] = [marker.sof0, marker.sof1];
const adobe = { name: Buffer.from("Adobe"), transformAt: 11, rgb: 0, ycc: 1, ycck: 2 };
const jfif = { name: Buffer.from("JFIF\0"), majorAt: 5, major: 1 };

/** Whether the coded pixels of all channels come in one scan. */
export const isOneScan = ({ frame, frameHeader, scan }: JpegHead): boolean =>
  sequential.includes(frame.kind) && scan.content[0] === frameHeader?.components.length;

/**
 * A JPEG's header as libjpeg takes it without a warning, and takes for the same: it warns of much that loses nothing,
 * and in the same words as of damage.
 *
 * @param heightPx where the frame leaves it open.
 * @returns null where there is nothing to be said against the header as it is.
 */
export function cleanHead(head: JpegHead, heightPx: number | null): Buffer | null {
  // A start elsewhere is that of another picture, such as a thumbnail whose segment does not say how long it is.
  if (head.segments.some(({ kind, at }, i) => kind === marker.soi && at !== 2 + 2 * i)) return null;
  const kept = head.segments.filter(({ kind, content }) => !isNoise(kind) && (content.length > 0 || !isApp(kind)));
  const cleaned = kept.map((segment) => cleanContent(segment, head, heightPx));
  const isAsItWas =
    kept.length === head.segments.length &&
    kept.every(({ junkBytes }) => junkBytes === 0) &&
    kept.every(({ content }, i) => cleaned[i] === content);
  if (isAsItWas) return null;
  const segments = kept.map(({ kind }, i) => segmentOf(kind, cleaned[i] ?? new Uint8Array(0)));
  return Buffer.concat([Buffer.from([0xff, marker.soi]), ...segments]);
}

/** Markers without a meaning before the first scan: restarts, and a second start. */
const isNoise = (kind: number): boolean => kind === marker.tem || (kind >= marker.rst0 && kind <= marker.soi);
const isApp = (kind: number): boolean => kind >= marker.app0 && kind <= marker.app15;

function segmentOf(kind: number, content: Uint8Array): Buffer {
  const head = Buffer.from([0xff, kind, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

function cleanContent(segment: Segment, head: JpegHead, heightPx: number | null): Uint8Array {
  const { kind, content } = segment;
  if (kind === marker.sos && sequential.includes(head.frame.kind)) return wholeSpectrum(content);
  if (kind === marker.app14) return withKnownTransform(content, head);
  if (kind === marker.app0 && startsWith(content, jfif.name)) return withByte(content, jfif.majorAt, jfif.major);
  if (segment === head.frame && heightPx !== null) {
    return withByte(withByte(content, 1, heightPx >> 8), 2, heightPx & 0xff);
  }
  return content;
}

/** Some cameras write other numbers than all coefficients at once, which is all that there is to a sequential scan. */
function wholeSpectrum(content: Uint8Array): Uint8Array {
  const at = content.length - 3;
  return [0, 63, 0].reduce((bytes, value, i) => withByte(bytes, at + i, value), content);
}

/** A transform that the number of channels does not have is taken for the one that it has. */
function withKnownTransform(content: Uint8Array, { frameHeader }: JpegHead): Uint8Array {
  const channels = frameHeader?.components.length ?? 0;
  const transform = content[adobe.transformAt];
  if (transform === undefined || !startsWith(content, adobe.name) || channels < 3) return content;
  const known = channels === 4 ? adobe.ycck : adobe.ycc;
  return transform === adobe.rgb ? content : withByte(content, adobe.transformAt, known);
}

const startsWith = (content: Uint8Array, name: Uint8Array): boolean =>
  Buffer.compare(content.subarray(0, name.length), name) === 0;

/** The same bytes where nothing is to be changed. */
const withByte = (bytes: Uint8Array, at: number, value: number): Uint8Array =>
  bytes[at] === undefined || bytes[at] === value
    ? bytes
    : Uint8Array.from(bytes, (byte, i) => (i === at ? value : byte));
