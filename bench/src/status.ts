// npm run bench:status -- [--rows 100000] [--watched 10000] [--connections 128] [--seconds 6] [--waiting 1000]
// What watching costs, against the plain form of the same stack and a bare node:http server, and what waiting costs.
import { parseArgs } from "node:util";
import { Product } from "@tilewright/e2e/product";
import { startChild } from "./status/child.ts";
import { claimElsewhere, idleCost } from "./status/idle.ts";
import { openWatchedRows } from "./status/watched-rows.ts";
import { hundred, knowing, single, type Watching, type Way, watch } from "./status/watching.ts";

const changing = 100;
const fewRows = 1_000;

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "100000" },
    watched: { type: "string", default: "10000" },
    connections: { type: "string", default: "128" },
    seconds: { type: "string", default: "6" },
    waiting: { type: "string", default: "1000" },
  },
});
const load = { connections: Number(values.connections), forMs: Number(values.seconds) * 1_000 };
const rows = await openWatchedRows();

interface Target {
  readonly port: number;
  readonly pid: number;
}

async function measure(name: string, target: Target, way: Way, jobIds: readonly string[]): Promise<Watching> {
  const watching = await watch(rows, target, way, jobIds, load);
  const [before, after] = watching.residentMegabytes.map((megabytes) => megabytes.toFixed(0));
  const figures = [
    `${watching.perSecond.toFixed(0)} polls/s`,
    `p50 ${watching.p50Ms.toFixed(1)} ms, p99 ${watching.p99Ms.toFixed(1)} ms`,
    `per 1,000: ${watching.queriesPerThousand.toFixed(1)} queries, ${watching.cpuMsPerThousand.toFixed(0)} ms of CPU`,
    `${watching.answerBytes.toFixed(0)} bytes`,
    `${before} to ${after} MB`,
  ];
  console.log(`${name}: ${figures.join("; ")}`);
  return watching;
}

async function compare(): Promise<void> {
  const few = await rows.fill(fewRows, fewRows);
  const product = await Product.start({ DATABASE_URL: rows.url, WORKERS: "0" });
  const ours = { port: Number(new URL(product.address).port), pid: product.pid };
  try {
    const atFew = await measure(`ours at ${fewRows} rows`, ours, single, few);
    const watched = await rows.fill(Number(values.rows), Number(values.watched));
    const atMany = await measure(
      `ours at ${values.rows} rows, as many watched`,
      ours,
      single,
      watched.slice(0, fewRows),
    );
    console.log(
      `${values.rows} rows against ${fewRows}: ${(atFew.perSecond / atMany.perSecond).toFixed(2)} of the time\n`,
    );

    const stopChanging = rows.change(watched.slice(0, changing));
    const plain = await startChild("plain-server.ts", rows.url);
    const a = await measure("A: getStatus, plain", plain, single, watched);
    await plain.stop();
    const b = await measure("B: getStatus", ours, single, watched);
    const known = await measure("B: getStatuses of one, known", ours, knowing(), watched);
    const many = await measure("B: getStatuses of 100, known", ours, hundred, watched);
    await stopChanging();
    for (const [name, { answerBytes }] of [
      ["whole", b],
      ["unchanged", known],
    ] as const) {
      const floor = await startChild("floor-server.ts", "x".repeat(Math.round(answerBytes)));
      await measure(`floor, a ${name} answer`, floor, single, watched);
      await floor.stop();
    }
    const ratios = (of: "perSecond" | "cpuMsPerThousand") =>
      [b, known, many].map((each) => (each[of] / a[of]).toFixed(2)).join(", ");
    console.log(`against A: polls per second ${ratios("perSecond")}; CPU ${ratios("cpuMsPerThousand")}`);
  } finally {
    await product.stop();
  }
}

async function wait(): Promise<void> {
  const forMs = 20_000;
  const cost = async (own: number, waiting: number) => (await idleCost(rows, own, waiting, forMs)).toFixed(2);
  console.log(`\nidle, one worker of its own: ${await cost(1, 0)} transactions/s`);
  console.log(`idle, ${values.waiting} workers wait: ${await cost(0, Number(values.waiting))} transactions/s`);
  const { medianMs, mostMs } = await claimElsewhere(rows, 20);
  console.log(
    `put in line at one server, claimed at another: ${medianMs.toFixed(0)} ms, at most ${mostMs.toFixed(0)} ms`,
  );
}

try {
  await compare();
  await wait();
} finally {
  await rows.stop();
}
