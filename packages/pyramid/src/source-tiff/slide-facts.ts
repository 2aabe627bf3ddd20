import type { TiffPage } from "./pages.ts";

const micrometres: Record<string, number> = { µm: 1, μm: 1, nm: 1e-3, mm: 1e3 };

/** Aperio writes `MPP = 0.499`, OME `PhysicalSizeX`. Resolution fields are ignored: most are a printer's 72 or 96. */
export function micrometresPerPixel(description: string): number | null {
  const aperio = /\bMPP\s*=\s*([0-9.]+)/.exec(description)?.[1];
  const ome = /PhysicalSizeX="([0-9.eE+-]+)"/.exec(description)?.[1];
  const unit = /PhysicalSizeXUnit="([^"]+)"/.exec(description)?.[1] ?? "µm";
  return positive(aperio ?? Number(ome) * (micrometres[unit] ?? Number.NaN));
}

/** Aperio writes `AppMag = 20`, OME `NominalMagnification`. */
export const objectivePower = (description: string): number | null =>
  positive(/\bAppMag\s*=\s*([0-9.]+)|NominalMagnification="([0-9.]+)"/.exec(description)?.slice(1).find(Boolean));

/**
 * OME describes each channel of an image in an element of its own; the colours of one picture are a single channel there.
 * Further images are labels and the like.
 */
export function separateChannels(description: string): string[] {
  const [first = ""] = description.split(/<\/(?:\w+:)?Image>/);
  const channels = [...first.matchAll(/<(?:\w+:)?Channel\b([^>]*)>/g)].map(([, attributes = ""]) => attributes);
  if (!/<(?:\w+:)?OME\b/.test(description) || channels.length < 2) return [];
  return channels.map((attributes, i) => /\bName="([^"]*)"/.exec(attributes)?.[1] || `channel ${i}`);
}

function positive(value: string | number | undefined): number | null {
  const number = Number(value);
  return number > 0 && Number.isFinite(number) ? Number(number.toPrecision(12)) : null;
}

/** Leica's slides begin with an overview picture, and say in XML where the slide itself is. */
export const isLeicaScn = ({ description }: TiffPage): boolean => description.includes("leica-microsystems.com/scn");

const named = /^\s*(label|macro|thumbnail|overview)(?![a-z])/im;

/** The name of a picture beside the slide, as its description begins; null if it has none. */
export const namedBeside = ({ description }: TiffPage): string | null =>
  named.exec(description)?.[1]?.toLowerCase() ?? null;

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
