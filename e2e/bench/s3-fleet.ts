// Two servers, each with a worker, on one database and one bucket. Arguments: number of jobs (200).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startCeph } from "@tilewright/storage/testing/ceph";
import { createBucket } from "@tilewright/storage/testing/test-s3";
import pLimit from "p-limit";
import sharp from "sharp";
import { Product } from "../test/product.ts";

const jobCount = Number(process.argv[2] ?? 200);
const invariants = fileURLToPath(new URL("../../apps/server/src/invariants/main.ts", import.meta.url));

const directory = await mkdtemp(join(tmpdir(), "tilewright-bench-"));
const ceph = await startCeph(directory);
const bucket = await createBucket(ceph);
const shared = {
  STORAGE_URL: bucket.storageUrl,
  ...bucket.environment,
  WORKER_TOKEN: "one token for both servers",
  WORKERS: "1",
  SHARE_SAME_BYTES: "false",
};
const first = await Product.start(shared);
const DATABASE_URL = await readFile(join(first.dataDirectory, "postgres", "url"), "utf8");
const second = await Product.start({ ...shared, DATABASE_URL });
const servers = [first, second];
try {
  const beganMs = performance.now();
  await pLimit(8).map(
    Array.from({ length: jobCount }, (_, i) => i),
    submit,
  );
  const seconds = (performance.now() - beganMs) / 1_000;
  const shares = await Promise.all(servers.map(({ dataDirectory }) => completedBy(dataDirectory)));
  say(`${jobCount} jobs COMPLETED in ${seconds.toFixed(0)} s, ${shares.join(" and ")} by the two workers`);
  const env = { ...shared, DATABASE_URL, DATA_DIRECTORY: first.dataDirectory };
  const checking = spawn(process.execPath, [invariants, "--settled"], { env, stdio: "inherit" });
  [process.exitCode] = (await once(checking, "exit")) as [number];
} finally {
  await second.stop();
  await first.stop();
  await ceph.stop();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** Uploads one picture through one server and waits for its pyramid at the other. */
async function submit(index: number): Promise<void> {
  const [sending, asking] = index % 2 === 0 ? [first, second] : [second, first];
  const background = { r: index % 256, g: 80, b: 160 };
  const noise = { type: "gaussian", mean: 128, sigma: 20 } as const;
  const create = { width: 700 + index, height: 500, channels: 3, background, noise } as const;
  const picture = await sharp({ create }).png().toBuffer();
  const { imageId } = await sending.client.uploadImage(new Blob([new Uint8Array(picture)]), {
    fileName: `${index}.png`,
  });
  await asking.client.waitUntilReady(imageId);
}

/** How many jobs the worker beside a server has completed, by its own log. */
async function completedBy(dataDirectory: string): Promise<number> {
  const log = await readFile(join(dataDirectory, "logs", "worker.log"), "utf8");
  return log.split("\n").filter((line) => line.includes('"msg":"completed"')).length;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
