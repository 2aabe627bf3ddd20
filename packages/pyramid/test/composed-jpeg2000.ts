import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";

const exists = (command: string): boolean => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;

/** Whether this machine has OpenJPEG's programs, and OpenJPH's: what tests them is skipped elsewhere. */
export const hasOpenJpeg = exists("opj_compress") && exists("opj_decompress");
export const hasOpenJph = exists("ojph_compress");

export function run(program: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stdout} ${stderr}`);
}

/** A channel by itself, row by row. */
export interface Plane {
  readonly samples: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** How many pixels of the image one of its samples stands for. */
  readonly across: number;
  readonly down: number;
}

/**
 * A codestream of channels of up to eight bits, by OpenJPEG.
 *
 * @param size of the image; even where a channel has less than full resolution. @param options of `opj_compress`.
 */
export async function codestreamOf(
  draftPath: string,
  [width, height]: readonly [number, number],
  planes: readonly Plane[],
  { bits = 8, isSigned = false }: { bits?: number; isSigned?: boolean } = {},
  ...options: string[]
): Promise<Buffer> {
  await writeFile(`${draftPath}.raw`, Buffer.concat(planes.map(({ samples }) => samples)));
  const steps = planes.map(({ across, down }) => `${across}x${down}`).join(":");
  const layout = `${width},${height},${planes.length},${bits},${isSigned ? "s" : "u"}@${steps}`;
  const files = ["-i", `${draftPath}.raw`, "-o", `${draftPath}.j2k`];
  run("opj_compress", ...files, "-F", layout, "-mct", "0", "-n", "3", ...options);
  return readFile(`${draftPath}.j2k`);
}

const uint = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
};

const box = (name: string, ...content: Uint8Array[]): Buffer => {
  const bytes = Buffer.concat(content);
  return Buffer.concat([uint(8 + bytes.length, 4), Buffer.from(name, "latin1"), bytes]);
};

export const colourBoxes = {
  enumerated: (space: number): Buffer => box("colr", Buffer.from([1, 0, 0]), uint(space, 4)),
  profile: (profile: Uint8Array, method = 2): Buffer => box("colr", Buffer.from([method, 0, 0]), profile),
};
export const space = { cmyk: 12, lab: 14, rgb: 16, grey: 17, ycc: 18 } as const;

/**
 * @param kinds of each channel: 0 a colour, 1 transparency, 2 transparency that colours are multiplied by, 65535 else.
 */
export const definitionBox = (kinds: readonly (readonly [kind: number, of: number])[]): Buffer =>
  box(
    "cdef",
    uint(kinds.length, 2),
    ...kinds.map(([kind, of], i) => Buffer.concat([uint(i, 2), uint(kind, 2), uint(of, 2)])),
  );

/** A palette of 8 bits, and that the one component goes through each of its columns. */
export const paletteBoxes = (colours: readonly (readonly number[])[]): Buffer[] => {
  const columns = colours[0]?.length ?? 0;
  const head = Buffer.concat([uint(colours.length, 2), uint(columns, 1), Buffer.alloc(columns, 7)]);
  const mapping = Array.from({ length: columns }, (_, i) => Buffer.from([0, 0, 1, i]));
  return [box("pclr", head, Uint8Array.from(colours.flat())), box("cmap", ...mapping)];
};

/** A JP2 around codestreams. */
export function jp2(codestreams: readonly Buffer[], ...described: Buffer[]): Buffer {
  const [codestream = Buffer.alloc(0)] = codestreams;
  const [width, height] = [16, 20].map((at) => codestream.readUInt32BE(at - 8) - codestream.readUInt32BE(at)) as [
    number,
    number,
  ];
  const components = codestream.readUInt16BE(40);
  const header = box(
    "ihdr",
    uint(height, 4),
    uint(width, 4),
    uint(components, 2),
    Buffer.from([codestream[42] ?? 7, 7, 0, 0]),
  );
  return Buffer.concat([
    box("jP  ", Buffer.from([13, 10, 0x87, 10])),
    box("ftyp", Buffer.from("jp2 \0\0\0\0jp2 ", "latin1")),
    box("jp2h", header, ...described),
    ...codestreams.map((each) => box("jp2c", each)),
  ]);
}

interface TilePart {
  readonly tile: number;
  readonly part: number;
  readonly bytes: Buffer;
}

/** The same codestream with its tile-parts as `arrange` gives them back. */
export function withTileParts(codestream: Buffer, arrange: (parts: TilePart[]) => TilePart[]): Buffer {
  const first = codestream.indexOf(Buffer.from([0xff, 0x90, 0, 10]));
  const parts: TilePart[] = [];
  for (let at = first; codestream.readUInt16BE(at) === 0xff90; ) {
    const end = at + codestream.readUInt32BE(at + 6);
    const bytes = Buffer.from(codestream.subarray(at, end));
    parts.push({ tile: bytes.readUInt16BE(4), part: bytes[10] ?? 0, bytes });
    at = end;
  }
  const arranged = arrange(parts).map(({ bytes }) => bytes);
  return Buffer.concat([codestream.subarray(0, first), ...arranged, Buffer.from([0xff, 0xd9])]);
}
