import type { Metadata } from "sharp";
import { PyramidError } from "../errors.ts";
import type { Size } from "../geometry.ts";
import type { MemoryEstimate } from "./memory-estimate.ts";

/** Channels of the colour spaces that are shown, by libvips' names for them. */
const colours: Record<string, number> = { srgb: 3, rgb: 3, "b-w": 1, cmyk: 4, rgb16: 3, grey16: 1 };
const readDepths = ["uchar", "ushort"];

/** A picture that is smaller than the file says would look right, and be another. */
export function refuseUnfilled(stated: Size | null, { width, height }: Metadata): void {
  if (!stated || (width >= stated.widthPx && height >= stated.heightPx)) return;
  const [says, fills] = [
    [stated.widthPx, stated.heightPx],
    [width, height],
  ].map((sides) => sides.map((side) => side.toLocaleString("en")).join(" x "));
  throw new PyramidError(
    "CORRUPT_IMAGE",
    `The image says that it is ${says} pixels, and what is in it fills only ${fills} of them.`,
  );
}

/** Of many channels nobody has said which to show in which colour: better no picture. */
export function refuseUnknownPixels({ depth, space, channels }: Pick<Metadata, "depth" | "space" | "channels">): void {
  if (!readDepths.includes(depth)) {
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      `The image stores samples of the kind ${depth}; supported are 1, 8 and 16 bits, and in TIFF 32 bits.`,
    );
  }
  refuseUnknownColours(channels, space);
}

/** One channel more than the colours have is transparency. */
export function refuseUnknownColours(channels: number, space: string): void {
  if (channels <= (colours[space] ?? -1) + 1) return;
  throw new PyramidError(
    "UNSUPPORTED_FORMAT",
    `The image has ${channels === 1 ? "1 channel" : `${channels} channels`} ${namedColours(space)}; supported are grey, RGB and CMYK, each with or without transparency: save it as one of these.`,
  );
}

/** libvips calls channels that belong to no colours multiband. */
const namedColours = (space: string): string =>
  space === "multiband" ? "of colours that it does not name" : `in colour space ${space}`;

export function refuseTooManyPixels(count: number, maxPixels: number): void {
  if (count <= maxPixels) return;
  const [pixels, limit] = [count, maxPixels].map((value) => value.toLocaleString("en"));
  throw new PyramidError("TOO_MANY_PIXELS", `The image has ${pixels} pixels; the limit is ${limit}.`);
}

export function refuseTooMuchMemory({ bytes, wholeFrame }: MemoryEstimate, memoryBytes: number): void {
  if (bytes <= memoryBytes) return;
  const [need, limit] = [bytes, memoryBytes].map((value) => Math.ceil(value / 2 ** 20).toLocaleString("en"));
  const why = wholeFrame ? `has to be held in memory whole because ${wholeFrame}: that` : "is so wide that tiling it";
  const sentence = `The image ${why} takes about ${need} MiB, and the limit is ${limit} MiB.`;
  throw new PyramidError("NEEDS_MORE_MEMORY", sentence, { neededBytes: Math.ceil(bytes) });
}
