import type { Size } from "../geometry.ts";
import type { Rectangle } from "../reading/region.ts";
import { iiifLimits, isWithinLimits } from "./iiif-info.ts";

export type IiifQuality = "default" | "color" | "gray" | "bitonal";

/** What an address of the IIIF Image API asks for, in pixels. */
export interface IiifRequest {
  /** In the image at full size. */
  readonly region: Rectangle;
  /** Before it is rotated. */
  readonly size: Size;
  readonly mirrored: boolean;
  readonly rotationDegrees: 0 | 90 | 180 | 270;
  readonly quality: IiifQuality;
  readonly format: "jpg" | "png" | "webp";
}

/** An address that the IIIF Image API does not allow, or that asks for more than this image or the limits give. */
export class IiifRequestError extends Error {
  override readonly name = "IiifRequestError";
}

export interface IiifAddress {
  readonly region: string;
  readonly size: string;
  readonly rotation: string;
  /** Such as `default.jpg`. */
  readonly file: string;
}

/** @throws IiifRequestError with a sentence for the one who wrote the address. */
export function parseIiif(image: Size, address: IiifAddress): IiifRequest {
  const region = parseRegion(image, address.region);
  const size = parseSize(region, address.size);
  const rotation = parseRotation(address.rotation);
  const file = /^(default|color|gray|bitonal)\.(jpg|png|webp)$/.exec(address.file);
  if (!file)
    throw new IiifRequestError("The last part must be default, color, gray or bitonal, and .jpg, .png or .webp.");
  return {
    region,
    size,
    ...rotation,
    quality: file[1] as IiifQuality,
    format: file[2] as IiifRequest["format"],
  };
}

const quarters: readonly IiifRequest["rotationDegrees"][] = [0, 90, 180, 270, 0];

/** Degrees are any number from 0 to 360, such as `90.0`; a full rotation is none. */
function parseRotation(text: string): Pick<IiifRequest, "mirrored" | "rotationDegrees"> {
  const [, mirror, degrees] = /^(!?)(\d{1,3}(?:\.\d{1,10})?)$/.exec(text) ?? [];
  const rotationDegrees = quarters[Number(degrees) / 90];
  if (rotationDegrees === undefined) {
    throw new IiifRequestError("The rotation must be 0, 90, 180, 270 or 360, with ! before it to mirror.");
  }
  return { mirrored: mirror === "!", rotationDegrees };
}

const number = String.raw`(\d{1,10}(?:\.\d{1,10})?)`;
const fourNumbers = new RegExp(`^(pct:)?${number},${number},${number},${number}$`);

function parseRegion(image: Size, text: string): Rectangle {
  if (text === "full") return { leftPx: 0, topPx: 0, widthPx: image.widthPx, heightPx: image.heightPx };
  if (text === "square") {
    const side = Math.min(image.widthPx, image.heightPx);
    const [leftPx = 0, topPx = 0] = [image.widthPx, image.heightPx].map((length) => Math.floor((length - side) / 2));
    return { leftPx, topPx, widthPx: side, heightPx: side };
  }
  const [, percent, ...texts] = fourNumbers.exec(text) ?? [];
  const whole = percent
    ? (image: number, value: number) => Math.round((image * value) / 100)
    : (_: number, v: number) => v;
  const [x = Number.NaN, y = Number.NaN, w = Number.NaN, h = Number.NaN] = texts.map(Number);
  const [leftPx, topPx] = [whole(image.widthPx, x), whole(image.heightPx, y)];
  const widthPx = Math.min(whole(image.widthPx, w), image.widthPx - leftPx);
  const heightPx = Math.min(whole(image.heightPx, h), image.heightPx - topPx);
  if (![leftPx, topPx, widthPx, heightPx].every(Number.isInteger)) {
    throw new IiifRequestError("The region must be full, square, x,y,w,h in pixels, or pct:x,y,w,h.");
  }
  if (widthPx < 1 || heightPx < 1) throw new IiifRequestError("The region lies outside the image.");
  return { leftPx, topPx, widthPx, heightPx };
}

function parseSize(region: Size, text: string): Size {
  if (text === "max") return largestWithin(region, iiifLimits.maxWidth, iiifLimits.maxHeight);
  const size = askedSize(region, text);
  if (!size)
    throw new IiifRequestError("The size must be max, w, or ,h or pct:n or w,h or !w,h without upscaling (^).");
  if (size.widthPx < 1 || size.heightPx < 1) throw new IiifRequestError("The size is less than one pixel.");
  if (size.widthPx > region.widthPx || size.heightPx > region.heightPx) {
    throw new IiifRequestError("The size is larger than the region, and this server does not enlarge.");
  }
  if (!isWithinLimits(size)) {
    const { maxWidth, maxHeight, maxArea } = iiifLimits;
    throw new IiifRequestError(`The size is over the limit of ${maxWidth} x ${maxHeight} and ${maxArea} pixels.`);
  }
  return size;
}

function askedSize(region: Size, text: string): Size | null {
  const percent = new RegExp(`^pct:${number}$`).exec(text)?.[1];
  if (percent !== undefined) return roundedTo(region, Number(percent) / 100);
  const pair = /^(!?)(\d{0,9}),(\d{0,9})$/.exec(text);
  const [, confined, w, h] = pair ?? [];
  if (confined) return Number(w) && Number(h) ? largestWithin(region, Number(w), Number(h)) : null;
  if (w && h) return { widthPx: Number(w), heightPx: Number(h) };
  if (w)
    return { widthPx: Number(w), heightPx: Math.max(1, Math.round((region.heightPx * Number(w)) / region.widthPx)) };
  if (h)
    return { widthPx: Math.max(1, Math.round((region.widthPx * Number(h)) / region.heightPx)), heightPx: Number(h) };
  return null;
}

/** As large as the region, the given sides and the limits allow. */
function largestWithin(region: Size, widthPx: number, heightPx: number): Size {
  const { maxWidth, maxHeight, maxArea } = iiifLimits;
  const sides = [Math.min(widthPx, maxWidth) / region.widthPx, Math.min(heightPx, maxHeight) / region.heightPx];
  const area = Math.sqrt(maxArea / (region.widthPx * region.heightPx));
  const rounded = roundedTo(region, Math.min(1, ...sides, area));
  const size = { widthPx: Math.max(1, rounded.widthPx), heightPx: Math.max(1, rounded.heightPx) };
  // Rounding up both sides may pass the area by less than a row.
  return size.widthPx * size.heightPx > maxArea ? { ...size, heightPx: Math.floor(maxArea / size.widthPx) } : size;
}

const roundedTo = ({ widthPx, heightPx }: Size, scale: number): Size => ({
  widthPx: Math.round(widthPx * scale),
  heightPx: Math.round(heightPx * scale),
});
