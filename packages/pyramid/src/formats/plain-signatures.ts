import { damaged, isAt, type Signature, unsupported } from "./source-format.ts";

export const jpeg: Signature = {
  begins: (head) => isAt(head, 0, "\xff\xd8\xff"),
  tell: async () => ({ format: "jpeg", stated: null }),
};

export const png: Signature = {
  begins: (head) => isAt(head, 0, "\x89PNG\r\n\x1a\n"),
  async tell(file) {
    const header = await file.bytes(8, 16);
    if (isAt(header, 4, "CgBI")) throw unsupported("The PNG is of a kind that only Apple's tools read; save it again.");
    if (header.length < 16 || !isAt(header, 0, "\0\0\0\rIHDR")) throw damaged("PNG", "its header does not come first");
    return { format: "png", stated: { widthPx: header.readUInt32BE(8), heightPx: header.readUInt32BE(12) } };
  },
};

const longestBigTiffNumber = 8;

/** Classic or big, in either byte order. Several makers' slides are TIFFs of a kind: their directories tell. */
export const tiff: Signature = {
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

export const webp: Signature = {
  begins: (head) => isAt(head, 0, "RIFF") && isAt(head, 8, "WEBP"),
  async tell(file) {
    const head = await file.bytes(0, 20);
    const isWhole = head.length === 20 && head.readUInt32LE(4) + 8 <= file.sizeBytes;
    if (!isWhole || !["VP8 ", "VP8L", "VP8X"].some((kind) => isAt(head, 12, kind)))
      throw damaged("WebP", "its first part is not a picture's, or it is cut short");
    return { format: "webp", stated: null };
  },
};

/** A slide of several files comes as a ZIP. Any other ZIP is refused when it has been looked into. */
export const zip: Signature = {
  begins: (head) => isAt(head, 0, "PK\x03\x04") || isAt(head, 0, "PK\x05\x06"),
  tell: async () => ({ format: "mrxs", stated: null }),
};
