import { boxesIn, brandsOf } from "./boxes.ts";
import { byVips } from "./decoder.ts";
import { damaged, isAt, type Signature, type SourceFormat } from "./source-format.ts";

const signatureBox = "\0\0\0\x0cJXL \r\n\x87\n";
const codestreamStart = "\xff\x0a";
const mostBoxes = 10_000;
const name = "JPEG XL";

const file: Signature = {
  begins: (head) => isAt(head, 0, signatureBox),
  async tell(bytes) {
    let isTyped = false;
    for await (const box of boxesIn(bytes, signatureBox.length, bytes.sizeBytes, mostBoxes)) {
      if (!isTyped) {
        const brands = box?.type === "ftyp" ? await brandsOf(bytes, box) : null;
        if (!brands?.includes("jxl ")) throw damaged(name, "its type does not follow its signature");
        isTyped = true;
      } else if (box?.type === "jxlc" || box?.type === "jxlp") {
        // The first part of several has its number before it.
        const start = box.start + (box.type === "jxlp" ? 4 : 0);
        if (isAt(await bytes.bytes(start, 2), 0, codestreamStart)) return { format: "jxl", stated: null };
        throw damaged(name, "its codestream does not begin");
      }
    }
    throw damaged(name, "there is no whole picture in it");
  },
};

/** There is nothing more to it: whatever follows is a JPEG XL or damage, and its decoder tells which. */
const codestream: Signature = {
  begins: (head) => isAt(head, 0, codestreamStart),
  tell: async () => ({ format: "jxl", stated: null }),
};

export const jxl: SourceFormat & { name: "jxl" } = {
  name: "jxl",
  label: name,
  signatures: [file, codestream],
  decoder: byVips(name, "jxlload"),
  readable: [{ name, takes: ["jxlload"] }],
  // It works on wide samples.
  wholeFrame: ({ hasAlpha, bitDepth }) => ({
    bytesPerPixel: hasAlpha ? 52 : bitDepth > 8 ? 26 : 17,
    reason: "of its format",
  }),
};
