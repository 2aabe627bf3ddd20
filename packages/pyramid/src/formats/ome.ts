import { attributeOf, nameOf, tagsOf } from "./ome-xml.ts";
import { positive, type TiffDialect } from "./tiff-dialect.ts";

const micrometres: Record<string, number> = { µm: 1, μm: 1, nm: 1e-3, mm: 1e3 };
const longestName = 200;
const mostChannels = 1_000;

/** OME-TIFF, whose first description is XML. */
export const ome: TiffDialect = {
  name: "OME-TIFF",
  micrometresPerPixel(description) {
    const unit = attributeOf(description, "PhysicalSizeXUnit") ?? "µm";
    return positive(Number(attributeOf(description, "PhysicalSizeX")) * (micrometres[unit] ?? Number.NaN));
  },
  objectivePower: (description) => positive(attributeOf(description, "NominalMagnification")),
  separateChannels,
  nameBeside: () => null,
};

/**
 * OME describes each channel of an image in an element of its own; the colours of one picture are a single channel
 * there. Further images are labels and the like.
 */
function separateChannels(description: string): string[] {
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
