import type { ImageFormat } from "../names.ts";
import { boxesIn, brandsOf } from "./boxes.ts";
import { bySharp, byVips } from "./decoder.ts";
import { primaryItemKinds } from "./heif-items.ts";
import { damaged, isAt, type Signature, type SourceFormat, unsupported } from "./source-format.ts";

const stillBrands = ["mif1", "mif2", "mif3", "miaf", "heic", "heix", "heim", "heis", "avif", "avio"];
const sequenceBrands: Record<string, string> = {
  avis: "an animated AVIF",
  hevc: "an image sequence in HEIF",
  hevx: "an image sequence in HEIF",
  hevm: "an image sequence in HEIF",
  hevs: "an image sequence in HEIF",
  msf1: "an image sequence in HEIF",
};
const decodedAs: Record<string, ImageFormat> = { av01: "avif", hvc1: "heic" };
const otherCodecs: Record<string, string> = {
  jpeg: "JPEG",
  j2k1: "JPEG 2000",
  avc1: "H.264",
  vvc1: "VVC",
  evc1: "EVC",
  lhv1: "layered HEVC",
  unci: "none, uncompressed",
  mski: "none, as a mask",
};
const mostBoxes = 1_000;

/** Of AVIF and HEIC, which differ in how their picture is compressed, and not by any name that they give themselves. */
const signature: Signature = {
  begins: (head) => head.length >= 8 && isAt(head, 4, "ftyp") && isPossibleSize(head.readUInt32BE(0)),
  async tell(file) {
    let isTyped = false;
    for await (const box of boxesIn(file, 0, file.sizeBytes, mostBoxes)) {
      if (!isTyped) {
        const brands = box?.type === "ftyp" ? await brandsOf(file, box) : null;
        if (!brands) throw damaged("file", "its list of brands is malformed");
        refuseOtherBrands(brands);
        isTyped = true;
      } else if (box?.type === "meta") {
        return { format: formatOf(await primaryItemKinds(file, box)), stated: null };
      }
    }
    throw damaged("HEIF", "it does not say what is in it");
  },
};

export const avif: SourceFormat & { name: "avif" } = {
  name: "avif",
  label: "AVIF",
  signatures: [signature],
  decoder: bySharp,
  readable: [{ name: "AVIF", takes: [] }],
  wholeFrame: () => ({ bytesPerPixel: 17, reason: "it is an AVIF" }),
  isPhotograph: true,
  refuses: [
    "an animated AVIF or another image sequence in HEIF, a HEIF whose picture is compressed by anything but HEVC or AV1",
  ],
};

export const heic: SourceFormat & { name: "heic" } = {
  name: "heic",
  label: "HEIC",
  signatures: [signature],
  decoder: byVips("HEIC", "heifload"),
  readable: [{ name: "HEIC", takes: ["heifload"] }],
  wholeFrame: () => ({ bytesPerPixel: 17, reason: "of its format" }),
  isPhotograph: true,
};

const unknownKind = "The file is a film, or another file of that family, and not a still image; save a picture of it.";

/**
 * Letters of another format's signature in these four bytes are no size of a list of brands; 1 says that it comes
 * later.
 */
const isPossibleSize = (size: number): boolean => size === 1 || (size >= 16 && size <= 4_096 && size % 4 === 0);

function refuseOtherBrands([major = "", ...others]: readonly string[]): void {
  const sequence = sequenceBrands[major];
  if (sequence) throw unsupported(`The file is ${sequence}, of several pictures; save the one to be seen as a still.`);
  if (![major, ...others].some((brand) => stillBrands.includes(brand))) throw unsupported(unknownKind);
}

/** A picture may be put together of several: no two of them may be for different decoders. */
function formatOf(kinds: readonly string[]): ImageFormat {
  const [first = ""] = kinds;
  const format = decodedAs[first];
  if (format && kinds.every((kind) => kind === first)) return format;
  const other = kinds.find((kind) => !decodedAs[kind]) ?? first;
  const name = kinds.length > 1 && !other ? "several methods" : (otherCodecs[other] ?? `method ${printable(other)}`);
  throw unsupported(`The HEIF's picture is compressed by ${name}; save it as HEIC (HEVC), AVIF or JPEG.`);
}

const printable = (text: string): string => text.replace(/[^\w ]/g, "?");
