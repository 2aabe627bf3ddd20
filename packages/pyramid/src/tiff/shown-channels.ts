import { extraSample, photometric } from "./numbers.ts";
import type { TiffPage } from "./page.ts";

/** By TIFF's numbers for how colours are stored: the channels that they take. */
export const coloursOf: Record<number, number> = {
  [photometric.whiteIsZero]: 1,
  [photometric.blackIsZero]: 1,
  [photometric.rgb]: 3,
  [photometric.palette]: 1,
  [photometric.cmyk]: 4,
  [photometric.ycbcr]: 3,
};
const transparencies: readonly number[] = [extraSample.associatedAlpha, extraSample.unassociatedAlpha];

/** Channels of a page that make the picture: its colours, and transparency if that comes next. */
export function shownChannels(page: TiffPage): number {
  const colours = coloursOf[page.photometric] ?? page.samplesPerPixel;
  return colours + (hasTransparency(page) ? 1 : 0);
}

/** Whether the channel behind the colours says where the picture is transparent. */
export function hasTransparency({ photometric: kind, samplesPerPixel, extraSamples }: TiffPage): boolean {
  const colours = coloursOf[kind] ?? samplesPerPixel;
  return samplesPerPixel > colours && transparencies.some((each) => each === extraSamples[0]);
}

/** Whether no channel is left out. */
export const isAllShown = (page: TiffPage): boolean => page.samplesPerPixel === shownChannels(page);

/** Whether the system's `vips` takes the shown channels out of all: planes are taken one by one. */
export const takesVips = (page: TiffPage): boolean => hasManyChannels(page) && !page.isPlanar;

/** One channel more than is shown is left out on the way; of several, a copy without them has to be made. */
export const hasManyChannels = (page: TiffPage): boolean =>
  page.samplesPerPixel > Math.max(shownChannels(page), (coloursOf[page.photometric] ?? 0) + 1);
