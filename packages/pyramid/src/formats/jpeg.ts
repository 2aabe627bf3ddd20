import { join } from "node:path";
import { cleanJpeg } from "../jpeg/clean-copy.ts";
import { codeCheckBytes, requireCodes } from "../jpeg/dc/check-codes.ts";
import { bySharp } from "./decoder.ts";
import { type FrameHeader, isAt, type SourceFormat, type WholeFrame } from "./source-format.ts";

export const jpeg: SourceFormat & { name: "jpeg" } = {
  name: "jpeg",
  label: "JPEG",
  signatures: [
    {
      begins: (head) => isAt(head, 0, "\xff\xd8\xff"),
      tell: async () => ({ format: "jpeg", stated: null }),
    },
  ],
  decoder: bySharp,
  readable: [{ name: "JPEG", takes: [] }],
  clean: (path, scratchPath) => cleanJpeg(path, join(scratchPath, "clean.jpg")),
  pixelCheck: { bytes: codeCheckBytes, require: requireCodes },
  wholeFrame,
  preview: "scan",
  isPhotograph: true,
};

function wholeFrame({ isProgressive, channels, chromaSubsampling }: FrameHeader): WholeFrame | null {
  if (!isProgressive) return null;
  // Coefficients of 16 bits for each stored sample, and a little more.
  const samples = { "4:2:0": 1.5, "4:2:2": 2 }[chromaSubsampling ?? ""] ?? channels;
  return { bytesPerPixel: 2.06 * samples, reason: "it is a progressive JPEG" };
}
