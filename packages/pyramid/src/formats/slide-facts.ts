import type { TiffPage } from "../tiff/pages.ts";
import { attributeOf, nameOf, tagsOf } from "./description-xml.ts";

const micrometres: Record<string, number> = { µm: 1, μm: 1, nm: 1e-3, mm: 1e3 };

/** Aperio writes `MPP = 0.499`, OME `PhysicalSizeX`. Resolution fields are ignored: most are a printer's 72 or 96. */
export function micrometresPerPixel(description: string): number | null {
  const aperio = equalling(description, "MPP");
  const ome = attributeOf(description, "PhysicalSizeX");
  const unit = attributeOf(description, "PhysicalSizeXUnit") ?? "µm";
  return positive(aperio ?? Number(ome) * (micrometres[unit] ?? Number.NaN));
}

/** Aperio writes `AppMag = 20`, OME `NominalMagnification`. */
export const objectivePower = (description: string): number | null =>
  positive(equalling(description, "AppMag") ?? attributeOf(description, "NominalMagnification"));

const longestName = 200;
const mostChannels = 1_000;

/**
 * OME describes each channel of an image in an element of its own; the colours of one picture are a single channel there.
 * Further images are labels and the like.
 */
export function separateChannels(description: string): string[] {
  const channels: string[] = [];
  let isOme = false;
  for (const tag of tagsOf(description)) {
    const name = nameOf(tag);
    if (name === "OME") isOme = true;
    if (name === "Channel") channels.push(tag);
    if (name === "/Image" || channels.length === mostChannels) break;
  }
  if (!isOme || channels.length < 2) return [];
  return channels.map((tag, i) => attributeOf(tag, "Name")?.slice(0, longestName) || `channel ${i}`);
}

const number = /\s{0,9}=\s{0,9}([0-9.]{1,40})/y;

/** The number behind a word and a sign of equality. */
function equalling(text: string, word: string): string | undefined {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    number.lastIndex = at + word.length;
    const found = /\w/.test(text.charAt(at - 1)) ? null : number.exec(text);
    if (found) return found[1];
  }
  return undefined;
}

function positive(value: string | number | undefined): number | null {
  const number = Number(value);
  return number > 0 && Number.isFinite(number) ? Number(number.toPrecision(12)) : null;
}

/** Leica's slides begin with an overview picture, and say in XML where the slide itself is. */
export const isLeicaScn = ({ description }: TiffPage): boolean => description.includes("leica-microsystems.com/scn");

const named = /^(label|macro|thumbnail|overview)(?![a-z])/i;
/** Names stand among the first words. */
const searchedLength = 64 * 1024;

/** The name of a picture beside the slide, at the start of a line of its description; null if it has none. */
export function namedBeside({ description }: TiffPage): string | null {
  const lines = description.slice(0, searchedLength).split("\n");
  return lines.map((line) => named.exec(line.trimStart())?.[1]?.toLowerCase()).find(Boolean) ?? null;
}

/**
 * Pictures beside the slide, by the names that slide readers use. Aperio and Philips write `label` and `macro` at the
 * start of a line of the page's description; Aperio's second page, in strips, is a thumbnail.
 */
export function associatedImages(pages: readonly TiffPage[]): string[] {
  const [first, ...others] = pages;
  const isAperio = first?.description.startsWith("Aperio") ?? false;
  const names = others.map((page) => {
    const isThumbnail = isAperio && page.place.page === 1 && !page.tile;
    return namedBeside(page) ?? (isThumbnail ? "thumbnail" : null);
  });
  return [...new Set(names.filter((name) => name !== null))].toSorted();
}

/** What a slide's texts say of its picture: those of the page that is shown, and of the file's first. */
export function textFacts(page: TiffPage | undefined, first: TiffPage | null) {
  const descriptions = [page?.description ?? "", first?.description ?? ""] as const;
  const says = <T>(read: (description: string) => T | null): T | null => read(descriptions[0]) ?? read(descriptions[1]);
  return {
    separateChannels: separateChannels(descriptions[1]),
    micrometresPerPixel: says(micrometresPerPixel),
    objectivePower: says(objectivePower),
  };
}
