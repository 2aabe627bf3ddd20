import type { Page } from "playwright-core";
import sharp, { type Region } from "sharp";
import { expect } from "vitest";
import type { Picture } from "./picture.ts";

/** A point of the source, between its pixels, and screen pixels per pixel of it. */
export interface Spot {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

const mostCutPx = 96;
/** Mean difference per sample, 0 to 255: what tiles of JPEG Q80 lose of such pictures, and twice at clipped edges. */
const mostDifference = 10;

/** Opens a slide's address at a spot, and waits until the viewer has drawn all of it. */
export async function openAt(page: Page, address: string, { zoom, x, y }: Spot): Promise<void> {
  await page.goto(`${address}?x=${x}&y=${y}&zoom=${zoom}`);
  await page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor({ timeout: 60_000 });
}

/**
 * Compares the middle of the viewer with the same place of the source, and with that place shifted: by a pixel of the
 * source where it is enlarged, by three of the screen elsewhere.
 */
export async function expectPixels(page: Page, picture: Picture, { zoom, x, y }: Spot): Promise<void> {
  const [width, height] = sidesOf(picture).map((sidePx) => evenBelow(Math.min(mostCutPx, sidePx * zoom))) as Pair;
  const screen = await seeScreen(page);
  const shown = await screen({ left: -width / 2, top: -height / 2, width, height });
  const size = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
  const area = { left: Math.round(x - width / zoom / 2), top: Math.round(y - height / zoom / 2), ...size };
  const shiftPx = zoom > 1 ? 1 : 3 / zoom;
  const source = await readSource(picture, area, shiftPx);
  const sourceAt = (dx: number, dy: number) =>
    scaled(source, zoom, { ...area, left: area.left + dx, top: area.top + dy });
  const shifts = [
    [shiftPx, 0],
    [-shiftPx, 0],
    [0, shiftPx],
    [0, -shiftPx],
  ] as const;
  // A narrow picture can be shifted along its length only.
  const others = shifts.map(([dx, dy]) => sourceAt(dx, dy));
  const shifted = others.flatMap((other) => (other ? difference(shown, other) : []));
  const here = difference(shown, sourceAt(0, 0));
  expect(shifted).not.toEqual([]);
  expect(here).toBeLessThan(mostDifference);
  expect(here).toBeLessThan(Math.min(...shifted) / 2);
}

/** With its lower right corner in the middle: the picture's last pixels, and beyond them nothing but one colour. */
export async function expectCorner(page: Page, picture: Picture, zoom: number): Promise<void> {
  const [widthPx, heightPx] = sidesOf(picture);
  const [width, height] = [widthPx, heightPx].map((sidePx) => Math.min(mostCutPx / 2, sidePx * zoom)) as Pair;
  const size = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
  const last = { left: widthPx - size.width, top: heightPx - size.height, ...size };
  const source = scaled(await readSource(picture, last), zoom, last);
  const screen = await seeScreen(page);
  expect(difference(await screen({ left: -width, top: -height, width, height }), source)).toBeLessThan(mostDifference);
  const side = mostCutPx / 2;
  const right = await screen({ left: 0, top: -height, width: side, height: height + side });
  const below = await screen({ left: -width, top: 0, width, height: side });
  expect(new Set([...coloursOf(right), ...coloursOf(below)]).size).toBe(1);
}

type Pair = [number, number];

const sidesOf = ({ widthPx, heightPx }: Picture): Pair => [widthPx, heightPx];

const evenBelow = (sidePx: number): number => 2 * Math.floor(sidePx / 2);

/** What the viewer shows at this moment: RGB of its parts, measured from its middle. */
async function seeScreen(page: Page): Promise<(part: Region) => Promise<Buffer>> {
  const shot = await page.locator("[data-viewer-state=open]").screenshot({ animations: "disabled" });
  const whole = await sharp(shot).metadata();
  // Then the middle lies between pixels, and zoomed pixels lie on the screen's.
  expect([whole.width % 2, whole.height % 2]).toEqual([0, 0]);
  return ({ left, top, width, height }) => {
    const part = { left: whole.width / 2 + left, top: whole.height / 2 + top, width, height };
    return sharp(shot).extract(part).removeAlpha().raw().toBuffer();
  };
}

/** A part of a picture, in RGB. */
interface Source extends Region {
  readonly samples: Buffer;
}

/** Reads a part of a picture and what lies around it, as far as there is any: once, as it may be large to decode. */
async function readSource(picture: Picture, area: Region, marginPx = 0): Promise<Source> {
  const [left, top] = [Math.max(0, area.left - marginPx), Math.max(0, area.top - marginPx)];
  const right = Math.min(picture.widthPx, area.left + area.width + marginPx);
  const bottom = Math.min(picture.heightPx, area.top + area.height + marginPx);
  const part = { left, top, width: right - left, height: bottom - top };
  const pixels = sharp(picture.path, { limitInputPixels: false }).extract(part);
  return { ...part, samples: await pixels.removeAlpha().raw().toBuffer() };
}

/** RGB of what the screen should show of an area: its pixels, averaged or repeated. Null where it was not read. */
function scaled(source: Source, zoom: number, area: Region): Buffer | null {
  const [left, top] = [area.left - source.left, area.top - source.top];
  if (left < 0 || top < 0 || left + area.width > source.width || top + area.height > source.height) return null;
  const [columns, rows] = [Math.round(area.width * zoom), Math.round(area.height * zoom)];
  return Buffer.from(
    Array.from({ length: columns * rows * 3 }, (_, index) => {
      const [column, row] = [Math.floor(index / 3) % columns, Math.floor(index / 3 / columns)];
      const [x, y] = [left + Math.floor(column / zoom), top + Math.floor(row / zoom)];
      return meanOf(source.samples, source.width, index % 3, x, y, Math.max(1, 1 / zoom));
    }),
  );
}

/** Mean of one channel over a square of the given size. */
function meanOf(pixels: Buffer, width: number, channel: number, left: number, top: number, size: number): number {
  let sum = 0;
  for (let y = top; y < top + size; y += 1) {
    for (let x = left; x < left + size; x += 1) sum += pixels[(y * width + x) * 3 + channel] ?? 0;
  }
  return sum / size ** 2;
}

/** Mean difference per sample, 0 to 255. */
function difference(a: Buffer, b: Buffer | null): number {
  if (b === null) throw new Error("The place to compare with does not lie within the picture.");
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

const coloursOf = (pixels: Buffer): string[] =>
  Array.from({ length: pixels.length / 3 }, (_, index) => pixels.toString("hex", index * 3, index * 3 + 3));
