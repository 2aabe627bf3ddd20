// npm run bench:tiling -- [--side 16384] [--format jpeg,strips,lzw,tiles,png] [--rounds 5] [--source FILE]
import { cpus } from "node:os";
import { parseArgs } from "node:util";

import type { Contender } from "./contenders.ts";
import { interleave, type Run } from "./interleave.ts";
import { formatNames, makeSource, type SourceFormat, sourceFormats } from "./sources.ts";

const { values } = parseArgs({
  options: {
    side: { type: "string", default: "16384" },
    format: { type: "string", default: sourceFormats.join() },
    rounds: { type: "string", default: "5" },
    source: { type: "string" },
    only: { type: "string", default: "pyramid,dzsave,sharpTile,decode,encode,preview" },
  },
});
const names = values.only.split(",") as Contender[];
const sidePx = Number(values.side);

console.log(`${cpus().length} x ${cpus()[0]?.model}`);
console.log(
  `${sidePx} x ${sidePx} of ${values.source ?? "an invented photo"}, medians of ${values.rounds} interleaved runs`,
);
for (const format of values.format.split(",") as SourceFormat[]) {
  const sourcePath = await makeSource(sidePx, format, values.source ?? null);
  report(formatNames[format], await interleave(names, sourcePath, Number(values.rounds)));
}

function report(title: string, measured: Partial<Record<Contender, Run>>): void {
  console.log(`\n${title}`);
  const { pyramid, webpPyramid, dzsave, sharpTile, decode, encode } = measured;
  for (const [name, { wallMs, cpuMs, peakBytes, outputBytes }] of Object.entries(measured)) {
    const [wall, cpu] = [wallMs, cpuMs].map((ms) => `${(ms / 1_000).toFixed(2)} s`.padStart(8));
    const [peak, output] = [peakBytes, outputBytes].map((bytes) => `${(bytes / 1e6).toFixed(1).padStart(6)} MB`);
    console.log(`  ${name.padEnd(11)} wall ${wall}  cpu ${cpu}  peak ${peak}  output ${output}`);
  }
  if (!pyramid) return;
  ratio("wall of vips dzsave", pyramid.wallMs, dzsave?.wallMs);
  ratio("CPU of vips dzsave", pyramid.cpuMs, dzsave?.cpuMs);
  ratio("CPU of a pyramid of WebP tiles", pyramid.cpuMs, webpPyramid?.cpuMs);
  ratio("bytes of a pyramid of WebP tiles", pyramid.outputBytes, webpPyramid?.outputBytes);
  ratio("wall of sharp's .tile()", pyramid.wallMs, sharpTile?.wallMs);
  // A pyramid has a third more pixels than its full size; each is encoded once, and the source decoded once.
  const floorMs = decode && encode && decode.cpuMs + (Math.max(0, encode.cpuMs - decode.cpuMs) * 4) / 3;
  ratio("CPU of decoding once and encoding every tile", pyramid.cpuMs, floorMs);
}

function ratio(what: string, ours: number, theirs: number | undefined): void {
  if (theirs !== undefined) console.log(`  ${(ours / theirs).toFixed(2)} of the ${what}`);
}
