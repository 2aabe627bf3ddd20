import { bySlideReader } from "./decoder.ts";
import type { SourceFormat } from "./source-format.ts";

/** Leica's slides begin with an overview picture, and say in XML where the slide itself is. */
export const scn: SourceFormat & { name: "scn" } = {
  name: "scn",
  label: "Leica SCN",
  signatures: [],
  isOwnTiff: async (_, { first }) => first?.description.includes("leica-microsystems.com/scn") ?? false,
  decoder: bySlideReader("Leica SCN", "leica"),
  readable: [{ name: "SCN", takes: ["openslideload"] }],
};
