import type { ImageFacts } from "../facts.ts";
import { nameBeside } from "../tiff/name-beside.ts";
import type { TiffPage } from "../tiff/page.ts";
import { aperio } from "./aperio.ts";
import { ome } from "./ome.ts";
import type { TiffDialect } from "./tiff-dialect.ts";

/** A description is of one of them; the first that says something has the word. */
const dialects: readonly TiffDialect[] = [aperio, ome];

const firstOf = <T>(values: readonly (T | null)[]): T | null => values.find((value) => value !== null) ?? null;

/** Resolution fields are ignored: most are a printer's 72 or 96. */
export const micrometresPerPixel = (description: string): number | null =>
  firstOf(dialects.map((dialect) => dialect.micrometresPerPixel(description)));

export const objectivePower = (description: string): number | null =>
  firstOf(dialects.map((dialect) => dialect.objectivePower(description)));

export const separateChannels = (description: string): string[] =>
  dialects.flatMap((dialect) => dialect.separateChannels(description));

/** Pictures beside the slide, by the names that slide readers use. */
export function associatedImages(pages: readonly TiffPage[]): string[] {
  const [image, ...others] = pages;
  if (!image) return [];
  const names = others.map((page) =>
    firstOf([nameBeside(page), ...dialects.map((dialect) => dialect.nameBeside(page, image))]),
  );
  return [...new Set(names.filter((name) => name !== null))].toSorted();
}

/** What a slide's texts say of its picture: those of the page that is shown, and of the file's first. */
export function textFacts(
  page: TiffPage | undefined,
  first: TiffPage | null,
): Pick<ImageFacts, "separateChannels" | "micrometresPerPixel" | "objectivePower"> {
  const [shown, leading] = [page?.description ?? "", first?.description ?? ""];
  return {
    separateChannels: separateChannels(leading),
    micrometresPerPixel: micrometresPerPixel(shown) ?? micrometresPerPixel(leading),
    objectivePower: objectivePower(shown) ?? objectivePower(leading),
  };
}
