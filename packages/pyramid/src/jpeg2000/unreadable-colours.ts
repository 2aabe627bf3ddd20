import type { Jpeg2000Boxes } from "./boxes.ts";
import type { Codestream } from "./codestream.ts";

export type Jpeg2000Colours = "grey" | "rgb" | "ycc" | "cmyk" | "other";

/** Channels that they take. */
export const colourCounts: Readonly<Record<Jpeg2000Colours, number>> = { grey: 1, rgb: 3, ycc: 3, cmyk: 4, other: 0 };

const otherSpaces: Record<number, string> = {
  0: "black and white",
  9: "PhotoYCC",
  14: "CIE Lab",
  19: "CIE Jab",
  20: "e-sRGB",
  21: "ROMM-RGB",
  24: "e-sYCC",
};
/** Of 2K and 4K, and the same in layers. */
const cinemaProfiles = [3, 4, 5, 6];
/** How much coarser the differences of colour may be than the brightness: 4:4:4, 4:2:2 and 4:2:0. */
const chromaSteps = ["1x1", "2x1", "2x2"];
const mostBits = 16;
const advice = "save it as grey, RGB or sYCC";

/** Why no decoder here shows the colours right, as the end of a sentence; null if one does. */
export function unreadableColours(
  boxes: Jpeg2000Boxes,
  codestream: Codestream,
  colours: Jpeg2000Colours,
): string | null {
  return (
    unreadableSpace(boxes, codestream, colours) ??
    unreadableChannels(boxes, codestream, colours) ??
    unreadableSamples(boxes, codestream) ??
    unreadableSteps(codestream, colours)
  );
}

function unreadableSpace(
  { colour, hasOtherColours }: Jpeg2000Boxes,
  { profile, components }: Codestream,
  colours: Jpeg2000Colours,
): string | null {
  if (hasOtherColours) return `describes its colours in a way that is not read here; ${advice}`;
  if (!colour && cinemaProfiles.includes(profile))
    return `is a frame of digital cinema, in its colours X'Y'Z'; ${advice}`;
  if (colours !== "other") return null;
  if (!colour) return `has ${components.length} channels and doesn't say what they are; ${advice}`;
  const name =
    colour.method === "profile"
      ? `a profile of ${colour.space.trim()}`
      : (otherSpaces[colour.space] ?? `kind ${colour.space}`);
  return `stores its colours as ${name}; ${advice}`;
}

function unreadableChannels(
  { mappedChannels, paletteBits, definitions }: Jpeg2000Boxes,
  { components }: Codestream,
  colours: Jpeg2000Colours,
): string | null {
  const channels = mappedChannels ?? components.length;
  const coloured = colourCounts[colours];
  if (paletteBits && mappedChannels === null) return `has a palette and doesn't say for what; ${advice}`;
  if (channels < coloured) return `has fewer channels than the ${coloured} that its colours take; ${advice}`;
  if (channels > coloured + 1) {
    return `has ${channels} channels; of these, ${coloured} and one for transparency can be shown: save it with those alone that are to be seen`;
  }
  if (channels === coloured) return null;
  const [other, ...others] = definitions.filter(({ kind }) => kind !== 0);
  if (other?.kind === 2)
    return "has colours that are multiplied by their transparency; save it with plain transparency";
  if (other?.kind !== 1 || others.length > 0) {
    return `has ${channels} channels and doesn't say what the last of them is; save it without, or with transparency that is marked as such`;
  }
  return null;
}

function unreadableSamples({ paletteBits }: Jpeg2000Boxes, { components }: Codestream): string | null {
  const bits = paletteBits ?? components.map((component) => component.bits);
  const areSigned = components.map(({ isSigned }) => isSigned);
  const areAlike = new Set(areSigned).size === 1;
  if (!areAlike) return "has channels of different kinds; save it with 8 or 16 unsigned bits in each";
  return bits.some((each) => each > mostBits) ? `stores samples of ${Math.max(...bits)} bits; save it with 16` : null;
}

/** Samples at less than full resolution are known of differences of colour alone. */
function unreadableSteps({ left, top, components }: Codestream, colours: Jpeg2000Colours): string | null {
  const [first, ...others] = components.map(({ across, down }) => ({ across, down }));
  if (!first || others.every(({ across, down }) => across === first.across && down === first.down)) return null;
  const steps = others.map(({ across, down }) => `${across}x${down}`);
  const isKnown =
    colours === "ycc" &&
    steps.length === 2 &&
    first.across * first.down === 1 &&
    steps[0] === steps[1] &&
    chromaSteps.includes(steps[0] ?? "") &&
    left % 2 === 0 &&
    top % 2 === 0;
  return isKnown ? null : "stores its channels in different resolutions; save it with all of them in full";
}
