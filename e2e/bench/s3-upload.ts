// A large upload to S3 that is killed half-way three times, and what it costs. Arguments: size in GiB (10).
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startCeph } from "@tilewright/storage/testing/ceph";
import { FaultyLine } from "@tilewright/storage/testing/faulty-line";
import { createBucket } from "@tilewright/storage/testing/test-s3";
import { Product } from "../test/product.ts";
import { childrenOf, peakMemoryOf } from "./peak-memory.ts";
import { writeSparseTiff } from "./sparse-tiff.ts";

const GiB = 2 ** 30;
const MiB = 2 ** 20;
const sizeBytes = Number(process.argv[2] ?? 10) * GiB;
/** Where the sender is killed, by the share that has been sent; at the second the server and its worker die too. */
const kills = [0.25, 0.5, 0.75];
const sender = fileURLToPath(new URL("sender.ts", import.meta.url));

const directory = await mkdtemp(join(tmpdir(), "tilewright-bench-"));
const peaks = { server: 0, worker: 0 };
const ceph = await startCeph(directory, "bluestore");
const line = await FaultyLine.to(ceph.endpoint);
const bucket = await createBucket(ceph);
const storageUrl = new URL(bucket.storageUrl);
storageUrl.searchParams.set("publicEndpoint", line.address);
const product = await Product.start({ STORAGE_URL: storageUrl.href, SHARE_SAME_BYTES: "false", ...bucket.environment });
const watching = setInterval(watchMemory, 500);
try {
  const path = join(directory, "sparse.tif");
  await writeSparseTiff(path, sizeBytes);
  const { size } = await stat(path);
  const beganMs = performance.now();
  const imageId = await uploadWithKills(path);
  const uploadSeconds = (performance.now() - beganMs) / 1_000;
  const resentBytes = line.sentBytes - size;
  say(`uploaded ${mib(size)} in ${uploadSeconds.toFixed(0)} s, killed ${kills.length} times`);
  say(`sent again, HTTP's own bytes included: ${mib(resentBytes)}, ${((resentBytes / size) * 100).toFixed(2)} %`);
  const status = await product.client.waitUntilReady(imageId);
  say(`tiled: ${status.pyramid?.tileCount} tiles, ${((performance.now() - beganMs) / 1_000).toFixed(0)} s in all`);
  say(`peak memory: server ${mib(peaks.server)}, worker beside its decoder ${mib(peaks.worker)}`);
} finally {
  clearInterval(watching);
  await product.stop();
  await line.close();
  await ceph.stop();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

async function uploadWithKills(path: string): Promise<string> {
  let uploadId: string | undefined;
  for (const share of [...kills, null]) {
    const child = fork(sender, [product.address, path, ...(uploadId === undefined ? [] : [uploadId])]);
    let imageId: string | undefined;
    child.on("message", (news: { uploadId?: string; imageId?: string }) => {
      uploadId ??= news.uploadId;
      imageId ??= news.imageId;
    });
    const exit = once(child, "exit");
    if (share !== null) {
      await Promise.race([untilSent(share * sizeBytes), exit]);
      await killAll(child, share === kills[1]);
    }
    await exit;
    if (imageId !== undefined) return imageId;
  }
  throw new Error("The upload did not come to its end.");
}

async function killAll(child: ChildProcess, serverToo: boolean): Promise<void> {
  child.kill("SIGKILL");
  if (!serverToo) return;
  await product.kill();
  await product.restart();
}

async function untilSent(bytes: number): Promise<void> {
  while (line.sentBytes < bytes) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function watchMemory(): Promise<void> {
  const { pid } = product;
  peaks.server = Math.max(peaks.server, (await peakMemoryOf(pid)) ?? 0);
  for (const worker of await childrenOf(pid, "apps/worker")) {
    peaks.worker = Math.max(peaks.worker, (await peakMemoryOf(worker)) ?? 0);
  }
}

function mib(bytes: number): string {
  return `${(bytes / MiB).toFixed(0)} MiB`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
