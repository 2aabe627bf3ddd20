import type { ByteSource } from "../bytes/byte-source.ts";
import { damagedJpeg2000 } from "./damage.ts";

/** A stretch of a JPEG 2000 file. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** How a file says that its numbers are colours. */
export type ColourBox =
  | { readonly method: "enumerated"; readonly space: number }
  /** @property space of the profile, four letters such as `RGB `. */
  | { readonly method: "profile"; readonly space: string };

/** What a channel is: a colour by its number from 1 on, or anything else. */
export interface ChannelDefinition {
  readonly channel: number;
  /** 0 a colour, 1 transparency, 2 transparency that the colours are multiplied by. */
  readonly kind: number;
  /** Of which colour; 0 of the whole image. */
  readonly of: number;
}

/** What the boxes around a codestream say of it. */
export interface Jpeg2000Boxes {
  /** The first picture's. */
  readonly codestream: Extent;
  readonly codestreamCount: number;
  /** Null where none is said that decoders pay heed to, as in a bare codestream. */
  readonly colour: ColourBox | null;
  /** Whether it is described in a way alone that decoders here pass over. */
  readonly hasOtherColours: boolean;
  /** Bits of each column of the palette; null if there is none. */
  readonly paletteBits: readonly number[] | null;
  /** Channels that the components become; null where each is one. */
  readonly mappedChannels: number | null;
  readonly definitions: readonly ChannelDefinition[];
}

const bare: Omit<Jpeg2000Boxes, "codestream"> = {
  codestreamCount: 1,
  colour: null,
  hasOtherColours: false,
  paletteBits: null,
  mappedChannels: null,
  definitions: [],
};
const startOfCodestream = 0xff4f;
const mostBoxes = 1_000;
/** Of the boxes that are read; a profile's first bytes are all that is asked of it. */
const mostBytes = 8_192;
const profileSpaceAt = 16;

/** @throws PyramidError CORRUPT_IMAGE there is no codestream. */
export async function readJpeg2000Boxes(source: ByteSource): Promise<Jpeg2000Boxes> {
  const whole = { start: 0, end: source.sizeBytes };
  const head = await read(source, whole, 2);
  if (head.length === 2 && head.readUInt16BE(0) === startOfCodestream) return { ...bare, codestream: whole };
  const boxes = await boxesIn(source, whole);
  const codestreams = boxes.filter(({ name }) => name === "jp2c");
  const [codestream] = codestreams;
  if (!codestream) throw damagedJpeg2000("it holds no picture");
  const header = boxes.find(({ name }) => name === "jp2h");
  const described = header ? await describe(source, await boxesIn(source, header)) : bare;
  return { ...described, codestream, codestreamCount: codestreams.length };
}

interface Box extends Extent {
  readonly name: string;
}

/** Those side by side within an extent. What follows the last whole one is passed over, as decoders do. */
async function boxesIn(source: ByteSource, { start, end }: Extent): Promise<Box[]> {
  const boxes: Box[] = [];
  for (let at = start; at + 8 <= end && boxes.length < mostBoxes; ) {
    const head = await read(source, { start: at, end }, 16);
    const short = head.readUInt32BE(0);
    const isLong = short === 1 && head.length === 16;
    const sizeBytes = isLong ? Number(head.readBigUInt64BE(8)) : short || end - at;
    const headBytes = isLong ? 16 : 8;
    if (sizeBytes < headBytes) break;
    const name = head.toString("latin1", 4, 8);
    boxes.push({ name, start: at + headBytes, end: Math.min(at + sizeBytes, end) });
    at += sizeBytes;
  }
  return boxes;
}

async function describe(source: ByteSource, boxes: readonly Box[]): Promise<Omit<Jpeg2000Boxes, "codestream">> {
  const contentOf = async (name: string): Promise<Buffer | null> => {
    const box = boxes.find((each) => each.name === name);
    return box ? read(source, box, mostBytes) : null;
  };
  const colours: (ColourBox | null)[] = [];
  for (const box of boxes) if (box.name === "colr") colours.push(colourOf(await read(source, box, 32)));
  const [palette, mapping, definitions] = [await contentOf("pclr"), await contentOf("cmap"), await contentOf("cdef")];
  return {
    ...bare,
    // Decoders take the first that they know.
    colour: colours.find((colour) => colour !== null) ?? null,
    hasOtherColours: colours.length > 0 && colours.every((colour) => colour === null),
    paletteBits: palette && Array.from(palette.subarray(3, 3 + (palette[2] ?? 0)), (bits) => (bits & 0x7f) + 1),
    mappedChannels: mapping && Math.floor(mapping.length / 4),
    definitions: definitions ? definitionsOf(definitions) : [],
  };
}

function colourOf(content: Buffer): ColourBox | null {
  if (content[0] === 1 && content.length >= 7) return { method: "enumerated", space: content.readUInt32BE(3) };
  const space = content.toString("latin1", 3 + profileSpaceAt, 3 + profileSpaceAt + 4);
  return content[0] === 2 && space.length === 4 ? { method: "profile", space } : null;
}

function definitionsOf(content: Buffer): ChannelDefinition[] {
  const count = Math.min(content.length >= 2 ? content.readUInt16BE(0) : 0, Math.floor((content.length - 2) / 6));
  return Array.from({ length: count }, (_, i) => {
    const [channel = 0, kind = 0, of = 0] = [2, 4, 6].map((offset) => content.readUInt16BE(6 * i + offset));
    return { channel, kind, of };
  });
}

/** The first bytes of an extent, up to `most` of them. */
async function read(source: ByteSource, { start, end }: Extent, most: number): Promise<Buffer> {
  const length = Math.max(0, Math.min(most, end - start, source.sizeBytes - start));
  return Buffer.from(await source.read(start, length));
}
