import { boxesIn, brandsOf } from "./boxes.ts";
import { damaged, isAt, type Signature } from "./source-format.ts";

const signatureBox = "\0\0\0\x0cJXL \r\n\x87\n";
const codestreamStart = "\xff\x0a";
const mostBoxes = 10_000;
const name = "JPEG XL";

export const jpegXlFile: Signature = {
  begins: (head) => isAt(head, 0, signatureBox),
  async tell(file) {
    let isTyped = false;
    for await (const box of boxesIn(file, signatureBox.length, file.sizeBytes, mostBoxes)) {
      if (!isTyped) {
        const brands = box?.type === "ftyp" ? await brandsOf(file, box) : null;
        if (!brands?.includes("jxl ")) throw damaged(name, "its type does not follow its signature");
        isTyped = true;
      } else if (box?.type === "jxlc" || box?.type === "jxlp") {
        // The first part of several has its number before it.
        const start = box.start + (box.type === "jxlp" ? 4 : 0);
        if (isAt(await file.bytes(start, 2), 0, codestreamStart)) return { format: "jxl", stated: null };
        throw damaged(name, "its codestream does not begin");
      }
    }
    throw damaged(name, "there is no whole picture in it");
  },
};

/** There is nothing more to it: whatever follows is a JPEG XL or damage, and its decoder tells which. */
export const jpegXlCodestream: Signature = {
  begins: (head) => isAt(head, 0, codestreamStart),
  tell: async () => ({ format: "jxl", stated: null }),
};
