import type { ByteSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import type { Size } from "../geometry.ts";
import type { Extent } from "./boxes.ts";
import { damagedJpeg2000 } from "./damage.ts";

export interface Component {
  readonly bits: number;
  readonly isSigned: boolean;
  /** Steps of the reference grid from one sample to the next. */
  readonly across: number;
  readonly down: number;
}

/** What the main header of a codestream says, in steps of its reference grid. */
export interface Codestream {
  /** Numbers of the standard's profiles. */
  readonly profile: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly tile: Size & { readonly left: number; readonly top: number };
  readonly tileCount: number;
  readonly components: readonly Component[];
  /** Ccap15, how its blocks are coded, where they are in the high-throughput way of part 15; null otherwise. */
  readonly highThroughput: number | null;
  /** Where the first part of a tile is. */
  readonly tilesAt: number;
}

const marker = { start: 0xff4f, size: 0xff51, capabilities: 0xff50, tilePart: 0xff90 } as const;
const mostMarkers = 20_000;
const mostComponents = 16_384;
/** The standard's own. */
const mostTiles = 65_535;
const highThroughputBit = 1 << (32 - 15);

/** @throws PyramidError CORRUPT_IMAGE. */
export async function readCodestream(source: ByteSource, { start, end }: Extent): Promise<Codestream> {
  try {
    return await readMainHeader(new ReadAhead(source), start, end);
  } catch (error) {
    // Of bytes that are not there, a reader of TIFFs says so in its own way.
    if (error instanceof PyramidError && error.code === "INVALID_PYRAMID") throw damagedJpeg2000("it is cut short");
    throw error;
  }
}

async function readMainHeader(bytes: ReadAhead, start: number, end: number): Promise<Codestream> {
  if ((await bytes.view(start, 4)).getUint32(0) !== marker.start * 2 ** 16 + marker.size) {
    throw damagedJpeg2000("its header is missing");
  }
  let at = start + 2;
  const size = await readSize(bytes, at);
  let highThroughput: number | null = null;
  for (let count = 0; count < mostMarkers; count++) {
    const head = await bytes.view(at, 4);
    const [kind, length] = [head.getUint16(0), head.getUint16(2)];
    if (kind === marker.tilePart) return { ...size, highThroughput, tilesAt: at };
    if (kind < 0xff00 || length < 2 || at + 2 + length > end) break;
    if (kind === marker.capabilities) highThroughput = await readCapabilities(bytes, at, length);
    at += 2 + length;
  }
  throw damagedJpeg2000("its header is malformed");
}

async function readSize(bytes: ReadAhead, at: number): Promise<Omit<Codestream, "highThroughput" | "tilesAt">> {
  const view = await bytes.view(at, 40);
  const [right = 0, bottom = 0, left = 0, top = 0, tileWidth = 0, tileHeight = 0, tileLeft = 0, tileTop = 0] =
    Array.from({ length: 8 }, (_, i) => view.getUint32(6 + 4 * i));
  const count = view.getUint16(38);
  if (count < 1 || count > mostComponents || view.getUint16(2) !== 38 + 3 * count) {
    throw damagedJpeg2000("its header is malformed");
  }
  const each = await bytes.view(at + 40, 3 * count);
  const components = Array.from({ length: count }, (_, i) => {
    const depth = each.getUint8(3 * i);
    const [across, down] = [each.getUint8(3 * i + 1), each.getUint8(3 * i + 2)];
    return { bits: (depth & 0x7f) + 1, isSigned: depth > 0x7f, across, down };
  });
  const tileCount = Math.ceil((right - tileLeft) / tileWidth) * Math.ceil((bottom - tileTop) / tileHeight);
  const isPossible =
    right > left &&
    bottom > top &&
    tileLeft <= left &&
    tileTop <= top &&
    tileLeft + tileWidth > left &&
    tileTop + tileHeight > top &&
    tileCount <= mostTiles &&
    components.every(({ across, down }) => across > 0 && down > 0);
  if (!isPossible) throw damagedJpeg2000("its size is none");
  const tile = { left: tileLeft, top: tileTop, widthPx: tileWidth, heightPx: tileHeight };
  return { profile: view.getUint16(4), left, top, right, bottom, tile, tileCount, components };
}

/** A mask of parts of the standard, and two bytes for each that is in it. */
async function readCapabilities(bytes: ReadAhead, at: number, length: number): Promise<number | null> {
  const view = await bytes.view(at, 2 + length);
  const parts = length >= 6 ? view.getUint32(4) : 0;
  if ((parts & highThroughputBit) === 0) return null;
  const before = Array.from({ length: 14 }, (_, part) => (parts >>> (31 - part)) & 1).reduce(
    (sum, bit) => sum + bit,
    0,
  );
  return length >= 8 + 2 * before ? view.getUint16(8 + 2 * before) : null;
}

/** Size of a component in its own samples. */
export const componentSize = ({ left, top, right, bottom }: Codestream, { across, down }: Component): Size => ({
  widthPx: Math.ceil(right / across) - Math.ceil(left / across),
  heightPx: Math.ceil(bottom / down) - Math.ceil(top / down),
});
