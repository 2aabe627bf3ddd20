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
  const shown = await cutScreen(page, { left: -width / 2, top: -height / 2, width, height });
  const sourceAt = (dx: number, dy: number) => {
    const area = { left: x + dx - width / zoom / 2, top: y + dy - height / zoom / 2 };
    return cutSource(picture, zoom, { ...area, width: width / zoom, height: height / zoom });
  };
  const shiftPx = zoom > 1 ? 1 : 3 / zoom;
  const shifts = [
    [shiftPx, 0],
    [-shiftPx, 0],
    [0, shiftPx],
    [0, -shiftPx],
  ] as const;
  // A narrow picture can be shifted along its length only.
  const others = await Promise.all(shifts.map(([dx, dy]) => sourceAt(dx, dy).catch(() => null)));
  const shifted = others.flatMap((other) => (other ? difference(shown, other) : []));
  const here = difference(shown, await sourceAt(0, 0));
  expect(shifted).not.toEqual([]);
  expect(here).toBeLessThan(mostDifference);
  expect(here).toBeLessThan(Math.min(...shifted) / 2);
}

/** With its lower right corner in the middle: the picture's last pixels, and beyond them nothing but one colour. */
export async function expectCorner(page: Page, picture: Picture, zoom: number): Promise<void> {
  const [widthPx, heightPx] = sidesOf(picture);
  const [width, height] = [widthPx, heightPx].map((sidePx) => Math.min(mostCutPx / 2, sidePx * zoom)) as Pair;
  const last = { left: widthPx - width / zoom, top: heightPx - height / zoom };
  const source = await cutSource(picture, zoom, { ...last, width: width / zoom, height: height / zoom });
  const shown = await cutScreen(page, { left: -width, top: -height, width, height });
  expect(difference(shown, source)).toBeLessThan(mostDifference);
  const side = mostCutPx / 2;
  const right = await cutScreen(page, { left: 0, top: -height, width: side, height: height + side });
  const below = await cutScreen(page, { left: -width, top: 0, width, height: side });
  expect(new Set([...coloursOf(right), ...coloursOf(below)]).size).toBe(1);
}

type Pair = [number, number];

const sidesOf = ({ widthPx, heightPx }: Picture): Pair => [widthPx, heightPx];

const evenBelow = (sidePx: number): number => 2 * Math.floor(sidePx / 2);

/** RGB of a part of the viewer, measured from its middle. */
async function cutScreen(page: Page, { left, top, width, height }: Region): Promise<Buffer> {
  const seen = sharp(await page.locator("[data-viewer-state=open]").screenshot({ animations: "disabled" }));
  const whole = await seen.metadata();
  // Then the middle lies between pixels, and zoomed pixels lie on the screen's.
  expect([whole.width % 2, whole.height % 2]).toEqual([0, 0]);
  const part = { left: whole.width / 2 + left, top: whole.height / 2 + top, width, height };
  return seen.extract(part).removeAlpha().raw().toBuffer();
}

/**
 * RGB of what the screen should show of a part of the source: its pixels, averaged or repeated.
 *
 * @throws Error the part does not lie within the picture.
 */
async function cutSource({ path }: Picture, zoom: number, area: Region): Promise<Buffer> {
  const [left, top, width, height] = [area.left, area.top, area.width, area.height].map(Math.round) as [
    ...Pair,
    ...Pair,
  ];
  const source = sharp(path, { limitInputPixels: false }).extract({ left, top, width, height });
  const samples = await source.removeAlpha().raw().toBuffer();
  const [columns, rows] = [Math.round(width * zoom), Math.round(height * zoom)];
  return Buffer.from(
    Array.from({ length: columns * rows * 3 }, (_, index) => {
      const [column, row] = [Math.floor(index / 3) % columns, Math.floor(index / 3 / columns)];
      const size = Math.max(1, 1 / zoom);
      return meanOf(samples, width, index % 3, Math.floor(column / zoom), Math.floor(row / zoom), size);
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
function difference(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

const coloursOf = (pixels: Buffer): string[] =>
  Array.from({ length: pixels.length / 3 }, (_, index) => pixels.toString("hex", index * 3, index * 3 + 3));
