import type { FileBytes } from "../bytes/file-bytes.ts";
import { bySharp } from "./decoder.ts";
import { damaged, isAt, type Signature, type SourceFormat } from "./source-format.ts";

const screenBytes = 13;
const mostBlocks = 100_000;
const [picture, extension] = [0x2c, 0x21];
const colourBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/**
 * What a GIF shows is its screen, and a picture that leaves some of that free is shown within it. Decoders doubt a
 * screen that is large or of a usual size, and show what the pictures cover: where that is less, the screen was not
 * true.
 */
const signature: Signature = {
  begins: (head) => isAt(head, 0, "GIF87a") || isAt(head, 0, "GIF89a"),
  async tell(file) {
    const screen = await file.bytes(0, screenBytes);
    if (screen.length < screenBytes) throw damaged("GIF", "it is cut short");
    await requirePicture(file, screenBytes + colourBytes(screen.readUInt8(10)));
    return { format: "gif", stated: { widthPx: screen.readUInt16LE(6), heightPx: screen.readUInt16LE(8) } };
  },
};

export const gif: SourceFormat & { name: "gif" } = {
  name: "gif",
  label: "GIF",
  signatures: [signature],
  decoder: bySharp,
  readable: [{ name: "GIF", takes: [] }],
  wholeFrame: () => ({ bytesPerPixel: 4, reason: "it is a GIF" }),
  isPhotograph: true,
  note: "A GIF is damaged whose pictures fill less than it says it measures, where decoders would show what they fill.",
};

async function requirePicture(file: FileBytes, from: number): Promise<void> {
  for (let [at, count] = [from, 0]; count < mostBlocks; count += 1) {
    const [kind] = await file.bytes(at, 1);
    if (kind === picture) return;
    if (kind !== extension) break;
    at = await endOfBlocks(file, at + 2);
  }
  throw damaged("GIF", "there is no picture in it");
}

/** Data comes in blocks of up to 255 bytes, and ends with one of none. */
async function endOfBlocks(file: FileBytes, from: number): Promise<number> {
  for (let [at, count] = [from, 0]; count < mostBlocks; count += 1) {
    const [length = 0] = await file.bytes(at, 1);
    at += 1 + length;
    if (length === 0) return at;
  }
  throw damaged("GIF", "it says too much before its picture");
}
