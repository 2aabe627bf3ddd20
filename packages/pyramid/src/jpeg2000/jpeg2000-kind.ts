import { type ByteSource, openFileSource } from "../bytes/byte-source.ts";
import { PyramidError } from "../errors.ts";
import type { Size } from "../geometry.ts";
import { type Jpeg2000Boxes, readJpeg2000Boxes } from "./boxes.ts";
import { type Codestream, type Component, componentSize, readCodestream } from "./codestream.ts";
import { checkTileParts } from "./tile-parts.ts";
import { colourCounts, type Jpeg2000Colours, unreadableColours } from "./unreadable-colours.ts";

/** What a JPEG 2000 says of its picture before it is decoded. */
export interface Jpeg2000Kind extends Size {
  /** Of the picture: colours, and one for transparency. */
  readonly channels: number;
  readonly hasAlpha: boolean;
  readonly bitDepth: number;
  readonly colours: Jpeg2000Colours;
  readonly iccProfile: boolean;
  /**
   * Whether it is stored in the one way that libvips shows right: every channel a component, all of them alike, in full
   * resolution and from the grid's origin, grey or RGB. It reads the others, and shows another picture.
   */
  readonly isPlain: boolean;
  /** Samples that are stored for a pixel; less than one of a component at less than full resolution. */
  readonly samplesPerPixel: number;
  readonly sizeBytes: number;
}

/** @throws PyramidError UNSUPPORTED_FORMAT, with what to do about it; CORRUPT_IMAGE. */
export async function readJpeg2000Kind(path: string): Promise<Jpeg2000Kind> {
  const source = await openFileSource(path);
  try {
    return await kindIn(path, source);
  } finally {
    await source.close();
  }
}

async function kindIn(path: string, source: ByteSource): Promise<Jpeg2000Kind> {
  const boxes = await readJpeg2000Boxes(source);
  const codestream = await readCodestream(source, boxes.codestream);
  const { components, highThroughput, tilesAt, tileCount } = codestream;
  const colours = coloursOf(boxes, codestream);
  const reason = unreadableColours(boxes, codestream, colours) ?? unreadableBlocks(highThroughput);
  if (reason) throw new PyramidError("UNSUPPORTED_FORMAT", `The JPEG 2000 ${reason}.`);
  const { areScattered } = await checkTileParts(path, boxes.codestream, tilesAt, tileCount);
  const plain = !areScattered && isPlain(boxes, codestream, colours);
  if (!plain && components.some(({ isSigned }) => isSigned)) {
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      "The JPEG 2000 stores signed samples in a way that is not read here; save it with unsigned ones.",
    );
  }
  const [first] = components as [Component, ...Component[]];
  const size = componentSize(codestream, first);
  const channels = boxes.mappedChannels ?? components.length;
  const bits = boxes.paletteBits ?? components.map((component) => component.bits);
  const samples = components.map((component) => componentSize(codestream, component));
  return {
    ...size,
    channels,
    hasAlpha: channels > colourCounts[colours],
    bitDepth: Math.max(...bits),
    colours,
    iccProfile: boxes.colour?.method === "profile",
    isPlain: plain,
    samplesPerPixel:
      samples.reduce((sum, { widthPx, heightPx }) => sum + widthPx * heightPx, 0) / (size.widthPx * size.heightPx),
    sizeBytes: source.sizeBytes,
  };
}

const spaces: Record<number, Jpeg2000Colours> = { 12: "cmyk", 16: "rgb", 17: "grey", 18: "ycc" };
const profileSpaces: Record<string, Jpeg2000Colours> = { GRAY: "grey", "RGB ": "rgb", CMYK: "cmyk" };

/** Without a word on colours, of three components those at less resolution than the first are differences of colour. */
function coloursOf({ colour, mappedChannels }: Jpeg2000Boxes, { components }: Codestream): Jpeg2000Colours {
  if (colour?.method === "enumerated") return spaces[colour.space] ?? "other";
  if (colour) return profileSpaces[colour.space] ?? "other";
  const count = mappedChannels ?? components.length;
  if (count < 3) return "grey";
  if (count > 3) return "other";
  return components.every((component) => isAlike(component, components[0])) ? "rgb" : "ycc";
}

const isAlike = (one: Component, other: Component | undefined): boolean =>
  one.across === other?.across && one.down === other.down;

function isPlain(
  { paletteBits, mappedChannels, definitions }: Jpeg2000Boxes,
  { left, top, tile, components }: Codestream,
  colours: Jpeg2000Colours,
): boolean {
  const [first] = components;
  return (
    (colours === "grey" || colours === "rgb") &&
    paletteBits === null &&
    mappedChannels === null &&
    [left, top, tile.left, tile.top].every((offset) => offset === 0) &&
    components.every(({ across, down }) => across === 1 && down === 1) &&
    components.every(({ bits }) => bits === first?.bits && bits >= 8) &&
    definitions.every(({ channel, kind, of }) => (kind === 0 ? of === channel + 1 : channel === components.length - 1))
  );
}

const [mixed, severalSets, regions] = [0xc000, 0x2000, 0x1000];

/** The one decoder of these leaves blocks out that take more than it knows. */
const unreadableBlocks = (highThroughput: number | null): string | null =>
  highThroughput !== null && (highThroughput & (mixed | severalSets | regions)) !== 0
    ? "is of the high-throughput kind in a variant that is not read here; save it as an ordinary JPEG 2000"
    : null;
