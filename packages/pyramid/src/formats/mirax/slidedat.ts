import { PyramidError } from "../../errors.ts";

/** What `Slidedat.ini` says, by section and key. Of a key that is there twice, readers take the last. */
export type MiraxIndex = ReadonlyMap<string, ReadonlyMap<string, string>>;

const mostImages = 10_000_000;
const mostSections = 10_000;

/** @throws PyramidError CORRUPT_IMAGE it has too many sections to be one. */
export function parseMiraxIndex(text: string): MiraxIndex {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  for (const line of text.replace("\xef\xbb\xbf", "").split("\n")) {
    const words = line.trim();
    if (words.startsWith("[")) {
      const name = words.slice(1, Math.max(1, words.indexOf("]")));
      section = sections.get(name) ?? new Map();
      sections.set(name, section);
    }
    const at = words.startsWith("#") ? -1 : words.indexOf("=");
    if (at > 0 && !words.startsWith("[")) section.set(words.slice(0, at).trim(), words.slice(at + 1).trim());
  }
  if (sections.size > mostSections) throw malformed("it has too many sections");
  return sections;
}

/**
 * Holds the numbers that a slide reader counts by, and takes memory by, against what a slide can have.
 *
 * @throws PyramidError CORRUPT_IMAGE.
 */
export function requirePlausible(index: MiraxIndex): void {
  const across = whole(index, "GENERAL", "IMAGENUMBER_X", 1, mostImages);
  const down = whole(index, "GENERAL", "IMAGENUMBER_Y", 1, mostImages);
  if (across * down > mostImages) throw malformed("it counts too many images");
  whole(index, "GENERAL", "CameraImageDivisionsPerSide", 1, 64, 1);
  whole(index, "DATAFILE", "FILE_COUNT", 1, 10_000);
  const hierarchies = whole(index, "HIERARCHICAL", "HIER_COUNT", 1, 100);
  const others = whole(index, "HIERARCHICAL", "NONHIER_COUNT", 0, 100, 0);
  for (let i = 0; i < others; i++) whole(index, "HIERARCHICAL", `NONHIER_${i}_COUNT`, 0, 10_000, 0);
  for (let i = 0; i < hierarchies; i++) {
    const levels = whole(index, "HIERARCHICAL", `HIER_${i}_COUNT`, 0, 1_000, 0);
    if (textOf(index, "HIERARCHICAL", `HIER_${i}_NAME`) === "Slide zoom level")
      requirePlausibleLevels(index, i, levels);
  }
}

function requirePlausibleLevels(index: MiraxIndex, hierarchy: number, count: number): void {
  if (count < 1 || count > 32) throw malformed(`it has ${count} sizes`);
  let halvings = 0;
  for (let level = 0; level < count; level++) {
    const section = textOf(index, "HIERARCHICAL", `HIER_${hierarchy}_VAL_${level}_SECTION`);
    const width = whole(index, section, "DIGITIZER_WIDTH", 1, 65_535);
    const height = whole(index, section, "DIGITIZER_HEIGHT", 1, 65_535);
    // The first image of a size may be smaller than the overlap says, but not by more than itself.
    within(index, section, "OVERLAP_X", -width, width);
    within(index, section, "OVERLAP_Y", -height, height);
    within(index, section, "MICROMETER_PER_PIXEL_X", 1e-4, 1e6);
    within(index, section, "MICROMETER_PER_PIXEL_Y", 1e-4, 1e6);
    halvings += whole(index, section, "IMAGE_CONCAT_FACTOR", 0, 31);
  }
  if (halvings > 31) throw malformed("its sizes are too small");
}

const textOf = (index: MiraxIndex, section: string, key: string): string => index.get(section)?.get(key) ?? "";

function whole(index: MiraxIndex, section: string, key: string, least: number, most: number, otherwise?: number) {
  const value = within(index, section, key, least, most, otherwise);
  if (!Number.isInteger(value)) throw malformed(`${key} is not a whole number`);
  return value;
}

function within(
  index: MiraxIndex,
  section: string,
  key: string,
  least: number,
  most: number,
  otherwise?: number,
): number {
  const text = textOf(index, section, key);
  const value = text === "" ? otherwise : Number(text);
  if (value !== undefined && value >= least && value <= most) return value;
  throw malformed(`${key} is not a number from ${least} to ${most}`);
}

const malformed = (cause: string): PyramidError =>
  new PyramidError("CORRUPT_IMAGE", "The MIRAX slide is damaged: its Slidedat.ini has numbers that no slide has.", {
    cause,
  });
