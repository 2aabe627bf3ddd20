import { bySlideReader } from "./decoder.ts";
import { isAt, type SourceFormat } from "./source-format.ts";

/** A slide of several files, which comes as a ZIP. Any other ZIP is refused when it has been looked into. */
export const mrxs: SourceFormat & { name: "mrxs" } = {
  name: "mrxs",
  label: "3DHistech MIRAX",
  signatures: [
    {
      begins: (head) => isAt(head, 0, "PK\x03\x04") || isAt(head, 0, "PK\x05\x06"),
      tell: async () => ({ format: "mrxs", stated: null }),
    },
  ],
  decoder: bySlideReader("MIRAX", "mirax"),
  readable: [{ name: "MRXS as a ZIP", takes: ["openslideload"] }],
  // Loaded when it is first needed, and what reads ZIPs with it.
  unpack: async (...args) => (await import("./mirax/unpack.ts")).unpackMirax(...args),
  // The pyramid's own process unpacks it, and needs as long for the rest as a preview would take.
  preview: "never",
  note: `A slide in MRXS is a file and a folder of the same name: put both into one ZIP, and nothing else
([more of this](adr/0060-a-mirax-slide-is-one-zip.md)). It is unpacked in the scratch directory.`,
  refuses: ["a ZIP that is not one slide in MRXS"],
};
