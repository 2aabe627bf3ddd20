import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { AnalysisResult } from "@tilewright/core/analysis";
import { openHistories } from "@tilewright/db";
import { DiskObjectStore } from "@tilewright/storage";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { checkInvariants } from "../../src/invariants/check-invariants.ts";
import { startTestServer, type TestServer } from "../test-server.ts";

const main = fileURLToPath(new URL("../../../worker/src/main.ts", import.meta.url));

let server: TestServer;
let picture: Blob;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  server = await startTestServer({ LEASE_MS: "3000", HEARTBEAT_MS: "100", ANALYSE_EACH: "quality" });
  picture = new Blob([new Uint8Array(await noisyPicture(3_000))]);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await end(worker);
});
afterAll(() => server.stop());

/** Noise, which is sharp everywhere. */
function noisyPicture(sidePx: number): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const create = { width: sidePx, height: sidePx, channels: 3, background: "grey", noise } as const;
  return sharp({ create }).jpeg({ quality: 95 }).toBuffer();
}

function start(workerId: string): ChildProcess {
  const { dataDirectory, address, workerToken } = server;
  const worker = spawn(process.execPath, [main], {
    env: {
      PATH: process.env["PATH"],
      SERVER_URL: address,
      WORKER_TOKEN: workerToken,
      WORKER_ID: workerId,
      STORAGE_URL: pathToFileURL(join(dataDirectory, "storage")).href,
      LOG_LEVEL: "error",
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  workers.push(worker);
  return worker;
}

async function end(worker: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  worker.kill(signal);
  await once(worker, "exit");
}

const newestOf = async (imageId: string) => (await server.client.analysis.list.query({ imageId })).jobs[0];
const reaches = (imageId: string, expected: object) =>
  expect.poll(() => newestOf(imageId), { timeout: 60_000, interval: 30 }).toMatchObject(expected);
/** Waits until a worker has said that it can judge quality: before, nothing begins by itself. */
const isOffered = () =>
  expect
    .poll(async () => (await server.client.analysis.kinds.query()).kinds.map(({ name }) => name), { timeout: 30_000 })
    .toContain("quality");
const upload = async () => {
  const { imageId } = await server.client.uploadImage(picture, { fileName: "noise.jpg" });
  return imageId;
};

test("what was tiled is judged, and the library says so", async () => {
  start("judge");
  await isOffered();
  const imageId = await upload();
  await reaches(imageId, { status: "COMPLETED", kind: { name: "quality" }, attempt: 1 });
  const { jobId = "" } = (await newestOf(imageId)) ?? {};
  const get = (file: string) => fetch(`${server.address}/analyses/${jobId}/${file}`);
  const result = AnalysisResult.parse(await (await get("analysis.json")).json());
  expect(result.input).toMatchObject({ imageId, widthPx: 3_000, heightPx: 3_000 });
  expect(result.layers.length).toBeGreaterThan(0);
  for (const { file, sizeBytes } of result.layers) {
    expect((await (await get(file)).arrayBuffer()).byteLength).toBe(sizeBytes);
  }
  expect(result.summary.numbers.map(({ name }) => name)).toContain("blurredFraction");
  const { images } = await server.client.images.list.query({});
  const { level, text } = result.summary.verdict;
  expect(images.find((image) => image.imageId === imageId)?.verdicts).toEqual([
    { kind: "quality", jobId, level, text },
  ]);
});

test("a judge that is killed, frozen, cancelled or stopped leaves nothing but a job for the next one", async () => {
  const killed = start("killed");
  const imageId = await upload();
  await reaches(imageId, { status: "COMPLETED" });
  const again = async () => (await server.client.analysis.submit.mutate({ imageId, kind: "quality" })).jobId;

  const first = await again();
  await reaches(imageId, { jobId: first, status: "IN_PROGRESS" });
  await end(killed);
  const frozen = start("frozen");
  await reaches(imageId, { jobId: first, status: "IN_PROGRESS", attempt: 2 });
  frozen.kill("SIGSTOP");
  const stopped = start("stopped");
  await reaches(imageId, { jobId: first, status: "IN_PROGRESS", attempt: 3 });
  await end(stopped, "SIGTERM");
  expect(await newestOf(imageId)).toMatchObject({ jobId: first, status: "PENDING", maxAttempts: 4 });
  frozen.kill("SIGCONT");
  await reaches(imageId, { jobId: first, status: "COMPLETED", attempt: 4 });

  const second = await again();
  await reaches(imageId, { jobId: second, status: "IN_PROGRESS" });
  await server.client.analysis.cancel.mutate({ jobId: second });
  const third = await again();
  await reaches(imageId, { jobId: third, status: "COMPLETED", attempt: 1 });
  const histories = openHistories(server.databaseUrl, (error) => expect.fail(error.message));
  const directory = join(server.dataDirectory, "storage");
  const objects = await DiskObjectStore.open({ directory, signingSecret: "not used to sign anything" });
  const { violations } = await checkInvariants(histories, objects, { recoveryMs: 15_000, isSettled: true });
  await histories.close();
  expect(violations).toEqual([]);
});
