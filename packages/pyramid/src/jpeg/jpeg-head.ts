import { open } from "node:fs/promises";
import { PyramidError } from "../errors.ts";
import { marker, type Segment, segmentsIn } from "./segments.ts";

/** What stands before a JPEG's first coded pixel. */
export interface JpegHead {
  readonly bytes: Buffer;
  readonly segments: readonly Segment[];
  readonly frame: Segment;
  readonly scan: Segment;
}

const firstBytes = 64 * 1024;
/** Profiles and what cameras write may take megabytes. */
const mostBytes = 64 * 2 ** 20;

const isFrame = (kind: number): boolean => kind >= 0xc0 && kind <= 0xcf && ![marker.dht, 0xc8, 0xcc].includes(kind);
/** Decoders here know them: baseline, sequential, progressive, and the first two with arithmetic coding. */
const readFrames: readonly number[] = [marker.sof0, marker.sof1, marker.sof2, 0xc9, 0xca];
const otherFrames: Record<number, string> = {
  195: "lossless",
  197: "hierarchical",
  198: "hierarchical",
  199: "hierarchical",
  203: "lossless and arithmetically coded",
  205: "hierarchical",
  206: "hierarchical",
  207: "hierarchical",
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
    if (segment.kind === marker.jpegLs) throw unreadable("is of the kind JPEG-LS");
    if (segment.kind === marker.dhp) throw unreadable("is hierarchical");
    if (isFrame(segment.kind)) {
      refuseUnreadable(segment);
      frame ??= segment;
    }
    if (segment.kind === marker.sos) return frame && { bytes, segments, frame, scan: segment };
  }
  return null;
}

function refuseUnreadable({ kind, content }: Segment): void {
  if (!readFrames.includes(kind)) throw unreadable(`is ${otherFrames[kind] ?? "of an unknown kind"}`);
  const [bits = 8, , , , , channels = 1] = content;
  if (bits !== 8) throw unreadable(`stores samples of ${bits} bits`);
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
