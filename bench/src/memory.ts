// npm run bench:memory -- [--kind "JPEG|GIF"] [--longest 16384] [--tile 512]
// What the header of an image lets expect of the memory that tiling takes, and what it takes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { decoderMemory } from "./decoder-memory.ts";
import { memoryKinds, photoOf } from "./memory-kinds.ts";

const { values } = parseArgs({
  options: {
    // As the table names them.
    kind: { type: "string" },
    tile: { type: "string", default: "256" },
    longest: { type: "string", default: "200000" },
  },
});
const tileSizePx = values.tile === "512" ? 512 : 256;
const wanted = values.kind?.split("|");
const folder = await mkdtemp(join(tmpdir(), "tilewright-memory-"));
const mebibytes = (bytes: number): string => Math.ceil(bytes / 2 ** 20).toLocaleString("en");

console.log("| image | pixels | estimate, MiB | peak, MiB | to spare | PSS, MiB |");
console.log("| --- | --- | --- | --- | --- | --- |");
try {
  for (const { name, sizes, save } of memoryKinds) {
    if (wanted && !wanted.includes(name)) continue;
    for (const [width, height] of sizes) {
      if (Math.max(width, height) > Number(values.longest)) continue;
      const [source, target] = [join(folder, "source"), join(folder, "target.tif")];
      await save(await photoOf([width, height]), source);
      const { estimatedBytes, peakBytes, peakPssBytes } = await decoderMemory(source, target, { tileSizePx });
      const spare = `${Math.round((estimatedBytes / peakBytes - 1) * 100)} %`;
      const pixels = [width, height].map((px) => px.toLocaleString("en")).join(" x ");
      const sizesMiB = [estimatedBytes, peakBytes].map(mebibytes);
      console.log(`| ${[name, pixels, ...sizesMiB, spare, mebibytes(peakPssBytes)].join(" | ")} |`);
      await rm(target);
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
