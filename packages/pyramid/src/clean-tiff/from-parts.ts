import { rm } from "node:fs/promises";
import { joinPlanes, storeAsCmyk } from "../sharp/join-planes.ts";
import { compression, photometric } from "../tiff/numbers.ts";
import { firstPlace, type TiffPage } from "../tiff/page.ts";
import { shownChannels } from "../tiff/shown-channels.ts";
import { type CleanForm, layCleanTiff } from "./clean-tiff.ts";
import { label, wholePage, writeHeader } from "./header-tiff.ts";
import type { CopyPlan, OnCopied, TiffSource } from "./tiff-source.ts";

/** RGB and one channel more in a JPEG: its decoders know four components as CMYK alone. */
export const isJpegOfFour = (page: TiffPage): boolean =>
  page.compression === compression.jpeg && page.photometric === photometric.rgb && page.samplesPerPixel === 4;

/** Channels that are stored by themselves, each as a picture of grey, and then put together. */
export async function fromPlanes(plan: CopyPlan): Promise<TiffSource> {
  const forms = Array.from({ length: shownChannels(plan.page) }, (_, plane) => ({ plane }));
  return fromParts(plan, forms, (planes) => joinPlanes(planes, plan.page.bitsPerSample, plan.pathOf("")));
}

export async function fromFour(plan: CopyPlan): Promise<TiffSource> {
  const as = { photometric: photometric.cmyk, extraSamples: [], iccProfile: false };
  return fromParts(plan, [{ as }], ([part = ""]) => storeAsCmyk(part, plan.pathOf("")));
}

async function fromParts(
  { sourcePath, page, pieces, pathOf, reserveBytes }: CopyPlan,
  forms: readonly CleanForm[],
  join: (paths: readonly string[]) => Promise<void>,
): Promise<TiffSource> {
  const kept = page.isPlanar ? shownChannels(page) : page.samplesPerPixel;
  const [path, header] = [pathOf(""), pathOf("-header")];
  await writeHeader(sourcePath, wholePage(page, kept), header);
  const make = async (onCopied: OnCopied): Promise<string> => {
    const paths: string[] = [];
    for (const [i, form] of forms.entries()) {
      const part = await layCleanTiff(sourcePath, page, pieces, pathOf(`-${i}`), form);
      await part.fill(reserveBytes, (share) => onCopied((i + share) / (forms.length + 1)));
      paths.push(part.path);
    }
    await join(paths);
    for (const each of paths) await rm(each);
    await label(sourcePath, wholePage(page, kept), path);
    onCopied(1);
    return path;
  };
  // All parts are read at the same time.
  return { path: header, place: firstPlace, pieces, pieceBytes: pieces.largestBytes * forms.length, make };
}
