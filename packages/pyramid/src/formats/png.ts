import { bySharp } from "./decoder.ts";
import { damaged, isAt, type Signature, type SourceFormat, unsupported } from "./source-format.ts";

const signature: Signature = {
  begins: (head) => isAt(head, 0, "\x89PNG\r\n\x1a\n"),
  async tell(file) {
    const header = await file.bytes(8, 16);
    if (isAt(header, 4, "CgBI")) throw unsupported("The PNG is of a kind that only Apple's tools read; save it again.");
    if (header.length < 16 || !isAt(header, 0, "\0\0\0\rIHDR")) throw damaged("PNG", "its header does not come first");
    return { format: "png", stated: { widthPx: header.readUInt32BE(8), heightPx: header.readUInt32BE(12) } };
  },
};

export const png: SourceFormat & { name: "png" } = {
  name: "png",
  label: "PNG",
  signatures: [signature],
  decoder: bySharp,
  readable: [{ name: "PNG", takes: [] }],
  wholeFrame: ({ isProgressive, channels, bitDepth }) =>
    isProgressive ? { bytesPerPixel: channels * (bitDepth > 8 ? 2 : 1), reason: "it is an interlaced PNG" } : null,
  refuses: ["a PNG of Apple's own kind"],
};
