// npm run bench:quality -- [--side 16384] [--rounds 5] [--source FILE]
import { mkdir, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writePyramid } from "@tilewright/pyramid";
import { interleave } from "./interleave.ts";
import { makeSource } from "./sources.ts";

const { values } = parseArgs({
  options: {
    side: { type: "string", default: "16384" },
    rounds: { type: "string", default: "5" },
    source: { type: "string" },
  },
});
const sidePx = Number(values.side);
const sourcePath = await makeSource(sidePx, "jpeg", values.source ?? null);
const folder = join(tmpdir(), `tilewright-bench-quality-${process.pid}`);
const pyramidPath = join(folder, "pyramid.tif");
await mkdir(folder);
try {
  await writePyramid(sourcePath, pyramidPath);
  console.log(`${cpus().length} x ${cpus()[0]?.model}`);
  console.log(
    `${sidePx} x ${sidePx} of ${values.source ?? "an invented photo"}, medians of ${values.rounds} interleaved runs`,
  );
  // The floor: every tile of full size decoded and dropped.
  const paths = { pyramid: sourcePath, quality: pyramidPath, decode: pyramidPath };
  const measured = await interleave(["pyramid", "quality", "decode"], paths, Number(values.rounds));
  console.log("");
  for (const [name, { wallMs, cpuMs, peakBytes }] of Object.entries(measured)) {
    const [wall, cpu] = [wallMs, cpuMs].map((ms) => `${(ms / 1_000).toFixed(2)} s`.padStart(8));
    console.log(`  ${name.padEnd(8)} wall ${wall}  cpu ${cpu}  peak ${(peakBytes / 1e6).toFixed(1).padStart(6)} MB`);
  }
  const { pyramid, quality, decode } = measured;
  console.log(`  ${(quality.wallMs / pyramid.wallMs).toFixed(2)} of the wall of tiling`);
  console.log(`  ${(quality.cpuMs / pyramid.cpuMs).toFixed(2)} of the CPU of tiling`);
  console.log(`  ${(quality.cpuMs / decode.cpuMs).toFixed(2)} of the CPU of decoding the tiles of full size`);
} finally {
  await rm(folder, { recursive: true });
}
