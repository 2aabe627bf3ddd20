import type { FileBytes } from "../bytes/file-bytes.ts";
import { readJpeg2000Kind } from "../jpeg2000/jpeg2000-kind.ts";
import { boxesIn, brandsOf } from "./boxes.ts";
import { byVips, type Decoder } from "./decoder.ts";
import {
  damaged,
  isAt,
  type Signature,
  type Source,
  type SourceFormat,
  type Told,
  unsupported,
} from "./source-format.ts";

const signatureBox = "\0\0\0\x0cjP  \r\n\x87\n";
const codestreamStart = "\xff\x4f\xff\x51";
const mostBoxes = 10_000;
const name = "JPEG 2000";
const otherKinds: Record<string, string> = {
  mjp2: "a film in Motion JPEG 2000",
  mj2s: "a film in Motion JPEG 2000",
  "jpm ": "a compound document (JPM)",
};

const file: Signature = {
  begins: (head) => isAt(head, 0, signatureBox),
  async tell(bytes) {
    let isTyped = false;
    let hasHeader = false;
    for await (const box of boxesIn(bytes, signatureBox.length, bytes.sizeBytes, mostBoxes)) {
      if (!isTyped) {
        if (box?.type !== "ftyp") throw damaged(name, "its type does not follow its signature");
        refuseOtherBrands(await brandsOf(bytes, box));
        isTyped = true;
      } else if (box?.type === "jp2h") {
        hasHeader = true;
      } else if (box?.type === "jp2c") {
        if (!hasHeader) throw damaged(name, "its header does not stand before its picture");
        return tellCodestream(bytes, box.start);
      }
    }
    throw damaged(name, "there is no whole picture in it");
  },
};

const codestream: Signature = {
  begins: (head) => isAt(head, 0, codestreamStart),
  tell: (bytes) => tellCodestream(bytes, 0),
};

export const jp2: SourceFormat & { name: "jp2" } = {
  name: "jp2",
  label: name,
  signatures: [file, codestream],
  decoder: decoderOf,
  readable: [
    { name, takes: ["jp2kload"] },
    { name: "JPEG 2000 of sYCC or a palette", takes: ["opj_decompress"], isVariant: true },
  ],
  // It works on wide samples.
  wholeFrame: () => ({ bytesPerPixel: 12, reason: "of its format" }),
  pagesAreSizes: true,
  refuses: [
    "a film or a document in JPEG 2000",
    `a JPEG 2000 that says that no decoder here shows it right ([how](adr/0076-jpeg-2000-is-told-by-its-header.md)): of other
  colours than grey, RGB, CMYK and sYCC, with channels in different resolutions other than 4:2:2 and 4:2:0, of an extra
  channel that is no transparency, of more than 16 bits, with the parts of its tiles out of order`,
  ],
};

/** What libvips reads and shows wrong, OpenJPEG's own program decodes. */
async function decoderOf({ path }: Source): Promise<Decoder> {
  const kind = await readJpeg2000Kind(path);
  return kind.isPlain ? byVips(name, "jp2kload") : { by: "openjpeg", kind };
}

function refuseOtherBrands(brands: string[] | null): void {
  if (!brands) throw damaged(name, "its list of brands is malformed");
  if (brands.some((brand) => ["jp2 ", "jpx ", "jph "].includes(brand))) return;
  const kind = brands.map((brand) => otherKinds[brand]).find(Boolean) ?? "of a kind that is unknown here";
  throw unsupported(`The JPEG 2000 is ${kind}; save the picture as a JP2.`);
}

const fixedBytes = 42;

/** Holds what the codestream says of its size against itself (ISO 15444-1, A.5.1). */
async function tellCodestream(file: FileBytes, at: number): Promise<Told> {
  const head = await file.bytes(at, fixedBytes);
  if (head.length < fixedBytes || !isAt(head, 0, codestreamStart)) throw damaged(name, "its codestream does not begin");
  const word = (index: number): number => head.readUInt32BE(8 + 4 * index);
  const [right, bottom, left, top] = [word(0), word(1), word(2), word(3)];
  const [tileWidth, tileHeight, tileLeft, tileTop] = [word(4), word(5), word(6), word(7)];
  const channels = head.readUInt16BE(40);
  const kinds = await file.bytes(at + fixedBytes, 3 * channels);
  const isPlausible =
    head.readUInt16BE(4) === 38 + 3 * channels &&
    channels >= 1 &&
    channels <= 16_384 &&
    kinds.length === 3 * channels &&
    left < right &&
    top < bottom &&
    tileLeft <= left &&
    tileTop <= top &&
    tileLeft + tileWidth > left &&
    tileTop + tileHeight > top &&
    kinds.every((value, i) => (i % 3 === 0 ? (value & 0x7f) < 38 : value > 0));
  if (!isPlausible) throw damaged(name, "what it says of its size can't be");
  return { format: "jp2", stated: null };
}
