import { refuseOtherJpeg2000 } from "../jpeg2000/tiff-colours.ts";
import { isReadHere } from "../samples/decompress.ts";
import { readSampleTiff } from "../samples/sample-tiff.ts";
import { sampleFormat } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { damaged as damagedTiff } from "../tiff/pieces.ts";
import { aperio, isAperioJpeg2000 } from "./aperio.ts";
import { bySharp, bySlideReader, byVips, type Decoder } from "./decoder.ts";
import { ome } from "./ome.ts";
import { damaged, isAt, type Signature, type Source, type SourceFormat } from "./source-format.ts";
import { isJpeg2000, refuseUnreadableTiff, unreadableKinds, vipsCompressions } from "./unreadable-tiff.ts";

const longestBigTiffNumber = 8;

/** Classic or big, in either byte order. Several makers' slides are TIFFs of a kind: their directories tell. */
const signature: Signature = {
  begins: (head) => ["II*\0", "MM\0*", "II+\0", "MM\0+"].some((start) => isAt(head, 0, start)),
  async tell(file) {
    const head = await file.bytes(0, 8);
    const isLittle = isAt(head, 0, "II");
    const isBig = isAt(head, isLittle ? 2 : 3, "+");
    const number = (at: number): number => (isLittle ? head.readUInt16LE(at) : head.readUInt16BE(at));
    if (head.length < 8 || (isBig && (number(4) !== longestBigTiffNumber || number(6) !== 0)))
      throw damaged("TIFF", "its header is malformed");
    return { format: "tiff", stated: null };
  },
};

export const tiff: SourceFormat & { name: "tiff" } = {
  name: "tiff",
  label: "TIFF",
  signatures: [signature],
  decoder: decoderOf,
  preview: "pages",
  readable: [
    { name: "TIFF", takes: [] },
    ...[aperio, ome].map(({ name }) => ({ name, takes: [] })),
    { name: "TIFF compressed by Zstandard or WebP", takes: ["tiffload"], isVariant: true },
    // Its reader of TIFFs hands the tiles to that of JPEG 2000.
    { name: "TIFF compressed by JPEG 2000", takes: ["tiffload", "jp2kload"], isVariant: true },
  ],
  refuses: [unreadableKinds],
};

/** @throws PyramidError UNSUPPORTED_FORMAT, CORRUPT_IMAGE. */
async function decoderOf({ path, contents }: Source): Promise<Decoder> {
  const [page] = contents.pages;
  if (!page) throw damagedTiff("its first directory can't be read");
  refuseUnreadableTiff(page);
  const samples = await readSampleTiff(path, page);
  if (samples && isReadHere(page.compression)) return { by: "samples", samples };
  if (isAperioJpeg2000(page)) return bySlideReader("Aperio SVS", "aperio", samples);
  const what = readByVips(page);
  if (!what) return bySharp;
  if (!isJpeg2000(page)) return byVips(what, "tiffload", { samples });
  await refuseOtherJpeg2000(path, page);
  return byVips(what, "tiffload", { samples, helpers: ["jp2kload"] });
}

/** What the system's `vips` has to read, as a name for people; null for what sharp reads. */
function readByVips(page: TiffPage): string | null {
  if (page.sampleFormat === sampleFormat.float) return "a TIFF of floating-point numbers";
  if (page.sampleFormat === sampleFormat.signed) return "a TIFF of signed numbers";
  if (page.bitsPerSample > 16) return "a TIFF of long numbers";
  return vipsCompressions.includes(page.compression) ? "a TIFF of this compression" : null;
}
