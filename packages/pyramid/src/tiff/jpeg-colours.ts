import type { ByteSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { chromaOf, type JpegFrame, looksRgb, readJpegFrame } from "../jpeg/frame.ts";
import { photometric, tag } from "./numbers.ts";
import { type Directory, readBytes, readRange } from "./read-directory.ts";

const { rgb, ycbcr } = photometric;
/** Of a stream, in which its header is looked for; in more of them if a large profile stands before it. */
const headBytes = [2 * 1024, 64 * 1024] as const;
const mostHeadBytes = headBytes[1];
const piecesAtATime = 512;
/** What is wanted lies far apart, and the file may be elsewhere. */
const windowBytes = 4 * 1024;
const startMarkerBytes = 2;

/** The header of a page's first tile or strip that is there, with what its common tables say; null if it has none. */
export async function firstFrame(
  source: ByteSource,
  directory: Directory,
  isTiled: boolean,
): Promise<JpegFrame | null> {
  const bytes = new ReadAhead(source, windowBytes);
  try {
    const piece = await firstPiece(bytes, directory, isTiled);
    if (!piece) return null;
    const tables = directory.fields.has(tag.jpegTables) ? await readBytes(bytes, directory, tag.jpegTables) : null;
    for (const most of headBytes) {
      const length = Math.min(piece.length, most, source.sizeBytes - piece.offset);
      const view = await bytes.view(piece.offset, length);
      const stream = new Uint8Array(view.buffer, view.byteOffset, length);
      // Without its end marker: what the tables say of colours holds for each stream.
      const whole = tables ? Buffer.concat([tables.subarray(0, -2), stream.subarray(startMarkerBytes)]) : stream;
      const frame = readJpegFrame(whole);
      if (frame) return frame;
    }
    return null;
  } catch (error) {
    if (error instanceof PyramidError) return null;
    throw error;
  }
}

async function firstPiece(bytes: ReadAhead, directory: Directory, isTiled: boolean) {
  const [offsetsId, lengthsId] = isTiled ? [tag.tileOffsets, tag.tileLengths] : [tag.stripOffsets, tag.stripLengths];
  const count = directory.fields.get(offsetsId)?.count ?? 0;
  const hasLengths = directory.fields.get(lengthsId)?.count === count;
  let unmeasured: number | undefined;
  for (let first = 0; first < count; first += piecesAtATime) {
    const some = Math.min(piecesAtATime, count - first);
    const offsets = await readRange(bytes, directory, offsetsId, first, some);
    const lengths = hasLengths ? await readRange(bytes, directory, lengthsId, first, some) : null;
    const i = offsets.findIndex((offset, at) => offset > 0 && (lengths?.[at] ?? mostHeadBytes) > 0);
    if (i >= 0) return { offset: offsets[i] ?? 0, length: lengths?.[i] ?? mostHeadBytes };
    unmeasured ??= offsets.find((offset) => offset > 0);
  }
  return unmeasured ? { offset: unmeasured, length: mostHeadBytes } : null;
}

/**
 * How three components are stored, by TIFF's number. What the stream says goes before what its TIFF says, which many
 * programs write without regard to what their encoder does; of a stream that says nothing, the TIFF has the word.
 */
export function trueColours(frame: JpegFrame, stated: number): number {
  const chroma = chromaOf(frame);
  if (frame.components.length !== 3 || !chroma || (stated !== rgb && stated !== ycbcr)) return stated;
  // Nobody stores green and blue at less than the resolution of red.
  const isSubsampled = chroma[0] * chroma[1] > 1;
  if (isSubsampled) return frame.markedRgb === true ? stated : ycbcr;
  if (frame.markedRgb !== null || looksRgb(frame)) return looksRgb(frame) ? rgb : ycbcr;
  return stated;
}
