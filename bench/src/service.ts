// npm run bench:service -- [--side 16384] [--format jpeg,strips,tiles] [--rounds 5] [--source FILE]
// The whole worker against the bare pyramid, in turn, how long a cancel takes, and what a tile costs.
import { parseArgs } from "node:util";
import { Product } from "@tilewright/e2e/product";
import { openFileSource, openPyramid } from "@tilewright/pyramid";
import { cancelTime } from "./cancel-time.ts";
import { interleave, median } from "./interleave.ts";
import { jobTimes } from "./job-times.ts";
import { load } from "./load.ts";
import { cpuMsOf } from "./measured-run.ts";
import { formatNames, makeSource, type SourceFormat } from "./sources.ts";
import { publishedBy } from "./stored-pyramid.ts";
import { tileFromDisk } from "./tile-from-disk.ts";

const warmUpTimes = 10;
const cancels = 8;

const { values } = parseArgs({
  options: {
    side: { type: "string", default: "16384" },
    format: { type: "string", default: "jpeg,strips,tiles" },
    rounds: { type: "string", default: "5" },
    source: { type: "string" },
  },
});
const formats = values.format.split(",") as SourceFormat[];
const sources: string[] = [];
for (const format of formats) sources.push(await makeSource(Number(values.side), format, values.source ?? null));
const product = await Product.start({ SHARE_SAME_BYTES: "false" });
try {
  let jobId = "";
  for (const [i, sourcePath] of sources.entries()) {
    const bareMs: number[] = [];
    const wholeMs: number[] = [];
    const firstViewMs: number[] = [];
    for (let round = 0; round < Number(values.rounds); round += 1) {
      bareMs.push((await interleave(["pyramid"], sourcePath, 1)).pyramid.wallMs);
      const times = await jobTimes(product, sourcePath);
      if (i === 0) ({ jobId } = times);
      wholeMs.push(times.claimToCompletedMs);
      if (times.claimToFirstViewMs !== null) firstViewMs.push(times.claimToFirstViewMs);
    }
    const [bare, whole] = [median(bareMs), median(wholeMs)];
    console.log(`\n${formatNames[formats[i] ?? "jpeg"]}`);
    const isSeen = firstViewMs.length === wholeMs.length;
    console.log(`claim to first view ${isSeen ? seconds(median(firstViewMs)) : "as long as to COMPLETED"}`);
    console.log(`claim to COMPLETED ${seconds(whole)}, bare pyramid ${seconds(bare)}: ${(whole / bare).toFixed(2)}`);
  }

  const cancelMs: number[] = [];
  // At different moments between two heartbeats.
  for (let i = 0; i < cancels; i += 1) cancelMs.push(await cancelTime(product, sources[0] ?? "", i * 60));
  console.log(
    `\ncancel to no process and no file ${seconds(median(cancelMs))}, at most ${seconds(Math.max(...cancelMs))}`,
  );

  const stored = await publishedBy(jobId, "pyramid.tif", product.dataDirectory);
  console.log(`a tile from disk: ${(await tileFromDisk(stored)).toFixed(0)} µs of CPU`);
  const addresses = await innerTiles(stored, jobId);
  // A server's code is compiled as it is used; what counts is what a tile costs from then on.
  await load(addresses, warmUpTimes);
  const times = Math.ceil(20_000 / addresses.length);
  const before = await cpuMsOf(product.pid);
  await load(addresses, times);
  const spentMs = (await cpuMsOf(product.pid)) - before;
  console.log(`over HTTP: ${((addresses.length * times * 1_000) / spentMs).toFixed(0)} tiles per second and core`);
} finally {
  await product.stop();
}

async function innerTiles(path: string, jobId: string): Promise<string[]> {
  const source = await openFileSource(path);
  const pyramid = await openPyramid(source);
  await source.close();
  const columns = Math.floor(pyramid.widthPx / pyramid.tileSizePx);
  const rows = Math.floor(pyramid.heightPx / pyramid.tileSizePx);
  const level = pyramid.levelCount - 1;
  return Array.from({ length: Math.min(2_000, columns * rows) }, (_, i) => {
    const [column, row] = [(i * 7) % columns, Math.floor(i / columns) % rows];
    return `${product.address}/pyramids/${jobId}_files/${level}/${column}_${row}.jpg`;
  });
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
