import { randomUUID } from "node:crypto";
import { createTilewrightClient, type TilewrightClient } from "@tilewright/client";
import { Product } from "@tilewright/e2e/product";
import { median } from "../interleave.ts";
import type { WatchedRows } from "./watched-rows.ts";

const workerToken = "the worker token of a bench";
const waitMs = 20_000;
/** Until what a start costs is done and counted. */
const settleMs = 12_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const workersAt = ({ address }: Product): TilewrightClient => createTilewrightClient({ baseUrl: address, workerToken });

/** As many workers as that, which wait as real ones do: asked again after 20 s, each time with a claim of its own. */
function waitInLine(client: TilewrightClient, count: number): () => Promise<void> {
  const gone = new AbortController();
  const waits = Array.from({ length: count }, async (_, n) => {
    while (!gone.signal.aborted) {
      const claim = { workerId: `worker ${n}`, claimId: randomUUID(), waitMs };
      await client.tiling.claim.mutate(claim, { signal: gone.signal }).catch(() => {});
    }
  });
  return async () => {
    gone.abort();
    await Promise.all(waits);
  };
}

/** Transactions a second of a server with workers of its own, and with so many more that wait for nothing. */
export async function idleCost(rows: WatchedRows, own: number, waiting: number, forMs: number): Promise<number> {
  const product = await Product.start({ DATABASE_URL: rows.url, WORKERS: String(own), WORKER_TOKEN: workerToken });
  try {
    const leave = waitInLine(workersAt(product), waiting);
    const before = await rows.transactions(settleMs);
    const startedMs = performance.now();
    await pause(forMs);
    const perSecond = ((await rows.transactions(0)) - before) / ((performance.now() - startedMs) / 1_000);
    await leave();
    return perSecond;
  } finally {
    await product.stop();
  }
}

/** Milliseconds from the call that puts a job in line at one server to its being handed out at another. */
export async function claimElsewhere(rows: WatchedRows, times: number): Promise<{ medianMs: number; mostMs: number }> {
  const settings = { DATABASE_URL: rows.url, WORKERS: "0", WORKER_TOKEN: workerToken };
  const here = await Product.start(settings);
  const there = await Product.start(settings);
  try {
    const { imageId, jobId } = await here.client.uploadImage(new Blob(["no image"]), { fileName: "slide.tif" });
    let active = jobId;
    const tookMs: number[] = [];
    for (let n = 0; n < times; n += 1) {
      await here.client.tiling.cancel.mutate({ jobId: active });
      const claim = { workerId: "worker", claimId: randomUUID(), waitMs };
      const claimed = workersAt(there).tiling.claim.mutate(claim);
      // At any moment between two looks.
      await pause(500 + Math.random() * 1_000);
      const calledMs = performance.now();
      await here.client.tiling.retry.mutate({ imageId });
      const { assignment } = await claimed;
      tookMs.push(performance.now() - calledMs);
      if (!assignment) throw new Error("No job was handed out.");
      active = assignment.jobId;
    }
    return { medianMs: median(tookMs), mostMs: Math.max(...tookMs) };
  } finally {
    await Promise.all([here.stop(), there.stop()]);
  }
}
