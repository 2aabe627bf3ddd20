import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { systemError } from "../errors.ts";
import { cleanHead, isOneScan } from "./clean-head.ts";
import { type JpegHead, readJpegHead } from "./jpeg-head.ts";
import { marker } from "./segments.ts";

const pieceBytes = 2 ** 20;

/**
 * A JPEG that libjpeg reads without a warning unless its pixels are damaged: the source itself, or a copy with another
 * header and the same coded pixels. So a warning means damage, and the image is refused.
 *
 * @param copyPath is written only if it is needed. @returns which of the two paths to read.
 * @throws PyramidError UNSUPPORTED_FORMAT as readJpegHead; SCRATCH_FULL, INTERNAL.
 */
export async function cleanJpeg(sourcePath: string, copyPath: string): Promise<string> {
  const head = await readJpegHead(sourcePath);
  if (!head) return sourcePath;
  const end = await endOfPixels(sourcePath, head);
  const clean = cleanHead(head, end.heightPx);
  if (!clean && !end.isOpen) return sourcePath;
  await copy(sourcePath, copyPath, clean ?? head.bytes.subarray(0, head.scan.end), head.scan.end, end);
  return copyPath;
}

interface EndOfPixels {
  /** Said behind the first scan; null where the frame says it. */
  readonly heightPx: number | null;
  /** What of the source follows the first scan that has been looked at: from here on it is copied. */
  readonly pixelsEnd: number;
  readonly restAt: number;
  /** Whether the file ends without saying so, behind the pixels. */
  readonly isOpen: boolean;
}

/** Only what can be odd is looked at: a file that ends with an end marker, as nearly all do, is not read through. */
async function endOfPixels(path: string, head: JpegHead): Promise<EndOfPixels> {
  const asIs = { heightPx: null, pixelsEnd: head.scan.end, restAt: head.scan.end, isOpen: false };
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(2);
    await file.read(tail, 0, 2, Math.max(0, size - 2));
    const isHeightOpen = head.frameHeader?.heightPx === 0;
    if (!isHeightOpen && (tail.readUInt16BE(0) === 0xff00 + marker.eoi || !isOneScan(head))) return asIs;
    const at = await findMarker(file, head.scan.end);
    if (at === null) return { ...asIs, isOpen: isOneScan(head) };
    const found = Buffer.alloc(6);
    await file.read(found, 0, 6, at);
    if (!isHeightOpen || found[1] !== marker.dnl) return asIs;
    return { heightPx: found.readUInt16BE(4), pixelsEnd: at, restAt: at + 6, isOpen: false };
  } finally {
    await file.close();
  }
}

/** The first marker among coded pixels that is no restart. */
async function findMarker(file: FileHandle, from: number): Promise<number | null> {
  const buffer = Buffer.alloc(pieceBytes);
  for (let position = from; ; ) {
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, position);
    if (bytesRead < 2) return null;
    const piece = buffer.subarray(0, bytesRead);
    for (let at = piece.indexOf(0xff); at >= 0 && at + 1 < bytesRead; at = piece.indexOf(0xff, at + 1)) {
      const kind = piece[at + 1] ?? 0;
      if (kind !== 0 && kind !== 0xff && !(kind >= marker.rst0 && kind <= marker.rst7)) return position + at;
    }
    // A marker may lie across two pieces.
    position += bytesRead - 1;
  }
}

/** The header, the coded pixels byte for byte, and an end. */
async function copy(
  sourcePath: string,
  copyPath: string,
  head: Uint8Array,
  pixelsAt: number,
  { pixelsEnd, restAt, isOpen }: EndOfPixels,
): Promise<void> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield head;
    if (pixelsEnd > pixelsAt) yield* createReadStream(sourcePath, { start: pixelsAt, end: pixelsEnd - 1 });
    yield* createReadStream(sourcePath, { start: restAt });
    if (isOpen) yield Uint8Array.of(0xff, marker.eoi);
  }
  await pipeline(bytes, createWriteStream(copyPath)).catch((error: unknown) => Promise.reject(systemError(error)));
}
