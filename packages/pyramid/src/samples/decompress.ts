import { inflateSync, zstdDecompressSync } from "node:zlib";
import { compression } from "../tiff/numbers.ts";
import { corruptSamples } from "./corrupt.ts";
import { decodeLzw } from "./lzw.ts";

type Decompress = (stored: Uint8Array, mostBytes: number) => Uint8Array;

const deflate: Decompress = (stored, mostBytes) => attempt(() => inflateSync(stored, { maxOutputLength: mostBytes }));

const methods: Readonly<Record<number, Decompress>> = {
  [compression.none]: (stored) => stored,
  [compression.lzw]: decodeLzw,
  [compression.deflate]: deflate,
  [compression.oldDeflate]: deflate,
  [compression.packBits]: unpackBits,
  [compression.zstandard]: (stored, mostBytes) =>
    attempt(() => zstdDecompressSync(stored, { maxOutputLength: mostBytes })),
};

/** Whether strips and tiles of this compression are read here, all of them without loss. */
export const isReadHere = (method: number): boolean => method in methods;

/**
 * A strip or a tile as its samples' bytes.
 *
 * @param mostBytes that it can have. @throws PyramidError CORRUPT_IMAGE.
 */
export function decompress(kind: number, stored: Uint8Array, mostBytes: number): Uint8Array {
  const method = methods[kind];
  if (!method) throw new RangeError(`Compression ${kind} is not read here.`);
  return method(stored, mostBytes);
}

function attempt(decode: () => Uint8Array): Uint8Array {
  try {
    return decode();
  } catch (error) {
    throw corruptSamples(error);
  }
}

function unpackBits(stored: Uint8Array, mostBytes: number): Uint8Array {
  const target = new Uint8Array(mostBytes);
  let written = 0;
  for (let at = 0; at < stored.length && written < mostBytes; ) {
    const head = ((stored[at++] ?? 0) << 24) >> 24;
    if (head >= 0) {
      const run = stored.subarray(at, at + Math.min(head + 1, mostBytes - written));
      target.set(run, written);
      at += head + 1;
      written += run.length;
    } else if (head !== -128) {
      const length = Math.min(1 - head, mostBytes - written);
      target.fill(stored[at++] ?? 0, written, written + length);
      written += length;
    }
  }
  return target.subarray(0, written);
}
