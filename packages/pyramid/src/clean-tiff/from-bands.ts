import { dirname } from "node:path";
import { limitsFor } from "../process/tool-limits.ts";
import { firstPlace } from "../tiff/page.ts";
import { coloursOf, shownChannels } from "../tiff/shown-channels.ts";
import { firstBandsToTiff } from "../vips/copy.ts";
import { linkForVips } from "../vips/source.ts";
import type { SystemLoader } from "../vips/system-vips.ts";
import { label, wholePage, writeHeader } from "./header-tiff.ts";
import type { CopyPlan, OnCopied, TiffSource } from "./tiff-source.ts";

/** More than taking channels out of rows needs. */
const bandsBytes = 2 ** 30;

/** What is shown of many channels, by the system's `vips`: sharp knows no more than five. */
export async function fromBands(
  { sourcePath, page, pathOf }: CopyPlan,
  seen: TiffSource,
  loader: SystemLoader,
): Promise<TiffSource> {
  const kept = Math.min(shownChannels(page), coloursOf[page.photometric] ?? 1);
  const whole = { ...wholePage(page, kept), extraSamples: [] };
  const header = pathOf("-header");
  await writeHeader(sourcePath, whole, header);
  const make = async (onCopied: OnCopied): Promise<string> => {
    const from = (await seen.make?.((share) => onCopied(share / 2))) ?? sourcePath;
    const facts = { ...page, channels: page.samplesPerPixel, bitDepth: page.bitsPerSample };
    const vips = { path: await linkForVips(from, dirname(header)), loader, limits: limitsFor(facts, bandsBytes) };
    const bands = await firstBandsToTiff(vips, pathOf("-bands"), kept);
    await label(sourcePath, whole, bands);
    onCopied(1);
    return bands;
  };
  return { ...seen, path: header, place: firstPlace, make };
}
