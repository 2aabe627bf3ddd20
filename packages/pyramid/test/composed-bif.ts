import { writeFile } from "node:fs/promises";
import type { Slide } from "./composed-slides.ts";
import { composeTiff, type } from "./composed-tiff.ts";
import { jpegTiles, tiledPage } from "./jpeg-tiles.ts";
import { asSharp, decode, smoothImage } from "./smooth-image.ts";

const tilePx = 256;

interface BifOptions {
  /** Which way the scanner went from tile to tile. */
  readonly direction?: string;
}

/** As Ventana's scanners write them: the glass first, then levels that say which they are, and how their tiles join. */
export async function writeBif(file: string, { direction = "RIGHT" }: BifOptions = {}): Promise<Slide> {
  const seen = smoothImage(2 * tilePx, 2 * tilePx);
  const half = await decode(await asSharp(seen).resize(tilePx, tilePx).png().toBuffer());
  const glass = smoothImage(300, 260);
  const tiles = (raw: typeof seen) => jpegTiles(raw, tilePx, 95, `${file}.draft`);
  const scan = '<iScan Magnification="20" ScanRes="0.5" Z-layers="1"/>';
  const xml = (text: string) => [[700, type.undefined, Buffer.from(text)]] as const;
  const pages = [
    tiledPage(await tiles(glass), tilePx, [[270, type.ascii, "Label Image"], ...xml(scan)]),
    tiledPage(await tiles(seen), tilePx, [[270, type.ascii, "level=0 mag=20 quality=95"], ...xml(joints(direction))]),
    tiledPage(await tiles(half), tilePx, [[270, type.ascii, "level=1 mag=10 quality=95"]]),
  ];
  await writeFile(file, composeTiff(pages, { big: true }));
  const facts = { format: "bif", channels: 3, hasAlpha: false, micrometresPerPixel: 0.5, objectivePower: 20 } as const;
  return { seen, facts: { ...facts, associatedImages: ["macro"] } };
}

/** Tiles are numbered from the lower left, and from row to row the other way. */
function joints(direction: string): string {
  const joint = (way: string, one: number, other: number): string =>
    `<TileJointInfo FlagJoined="1" Confidence="100" Direction="${way}" Tile1="${one}" Tile2="${other}" OverlapX="0" OverlapY="0"/>`;
  const all = [joint(direction, 1, 2), joint(direction, 4, 3), joint("UP", 1, 4), joint("UP", 2, 3)].join("");
  return `<EncodeInfo Ver="2"><SlideStitchInfo><ImageInfo AOIScanned="1" AOIIndex="0" Width="${tilePx}" Height="${tilePx}" NumRows="2" NumCols="2" Pos-X="0" Pos-Y="0">${all}</ImageInfo></SlideStitchInfo><AoiOrigin><AOI0 OriginX="0" OriginY="0"/></AoiOrigin></EncodeInfo>`;
}
