import { bySharp } from "./decoder.ts";
import { damaged, isAt, type Signature, type SourceFormat } from "./source-format.ts";

const signature: Signature = {
  begins: (head) => isAt(head, 0, "RIFF") && isAt(head, 8, "WEBP"),
  async tell(file) {
    const head = await file.bytes(0, 20);
    const isWhole = head.length === 20 && head.readUInt32LE(4) + 8 <= file.sizeBytes;
    if (!isWhole || !["VP8 ", "VP8L", "VP8X"].some((kind) => isAt(head, 12, kind)))
      throw damaged("WebP", "its first part is not a picture's, or it is cut short");
    return { format: "webp", stated: null };
  },
};

export const webp: SourceFormat & { name: "webp" } = {
  name: "webp",
  label: "WebP",
  signatures: [signature],
  decoder: bySharp,
  readable: [{ name: "WebP", takes: [] }],
  wholeFrame: () => ({ bytesPerPixel: 7.75, reason: "it is a WebP" }),
  isPhotograph: true,
};
