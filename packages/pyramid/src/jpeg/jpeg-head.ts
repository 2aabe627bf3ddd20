import { open } from "node:fs/promises";
import { PyramidError } from "../errors.ts";
import { type FrameHeader, isFrameHeader, parseFrameHeader } from "./frame.ts";
import { marker, type Segment, segmentsIn } from "./segments.ts";

/** What stands before a JPEG's first coded pixel. */
export interface JpegHead {
  readonly bytes: Buffer;
  readonly segments: readonly Segment[];
  readonly frame: Segment;
  /** What the frame says; null if it is cut short. */
  readonly frameHeader: FrameHeader | null;
  readonly scan: Segment;
}

const firstBytes = 64 * 1024;
/** Profiles and what cameras write may take megabytes. */
const mostBytes = 64 * 2 ** 20;

/** Decoders here know them: baseline, sequential, progressive, and the latter two with arithmetic coding. */
const readFrames: readonly number[] = [marker.sof0, marker.sof1, marker.sof2, marker.sof9, marker.sof10];
const otherFrames: Record<number, string> = {
  [marker.sof3]: "lossless",
  [marker.sof5]: "hierarchical",
  [marker.sof6]: "hierarchical",
  [marker.sof7]: "hierarchical",
  [marker.sof11]: "lossless and arithmetically coded",
  [marker.sof13]: "hierarchical",
  [marker.sof14]: "hierarchical",
  [marker.sof15]: "hierarchical",
};

/**
 * Null where there is no whole header, which is for the decoder to report.
 *
 * @throws PyramidError UNSUPPORTED_FORMAT a kind of JPEG that no decoder here reads, with what to do about it.
 */
export async function readJpegHead(path: string): Promise<JpegHead | null> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for (let length = firstBytes; ; length *= 8) {
      const wanted = Math.min(length, size, mostBytes);
      const { buffer } = await file.read(Buffer.alloc(wanted), 0, wanted, 0);
      const head = headIn(buffer);
      if (head || wanted < length) return head;
    }
  } finally {
    await file.close();
  }
}

function headIn(bytes: Buffer): JpegHead | null {
  const segments: Segment[] = [];
  let frame: Segment | null = null;
  for (const segment of segmentsIn(bytes)) {
    segments.push(segment);
    if (segment.kind === marker.sof55) throw unreadable("is of the kind JPEG-LS");
    if (segment.kind === marker.dhp) throw unreadable("is hierarchical");
    if (isFrameHeader(segment.kind)) {
      refuseUnreadable(segment);
      frame ??= segment;
    }
    if (segment.kind === marker.sos)
      return frame && { bytes, segments, frame, frameHeader: parseFrameHeader(frame), scan: segment };
  }
  return null;
}

function refuseUnreadable(frame: Segment): void {
  const { kind } = frame;
  if (!readFrames.includes(kind)) throw unreadable(`is ${otherFrames[kind] ?? "of an unknown kind"}`);
  const { precision = 8, components } = parseFrameHeader(frame) ?? {};
  if (precision !== 8) throw unreadable(`stores samples of ${precision} bits`);
  const channels = components?.length ?? 1;
  if (![1, 3, 4].includes(channels)) {
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      `The JPEG has ${channels} channels and doesn't say what they are; save it as grey or RGB.`,
    );
  }
}

const unreadable = (how: string): PyramidError =>
  new PyramidError(
    "UNSUPPORTED_FORMAT",
    `The JPEG ${how}; save it as an ordinary JPEG of 8 bits, or as a TIFF or PNG to lose nothing.`,
  );
