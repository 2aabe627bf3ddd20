import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AnalysisResult, GridValues } from "@tilewright/core/analysis";
import { openHistories } from "@tilewright/db";
import { DiskObjectStore } from "@tilewright/storage";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { checkInvariants } from "../../src/invariants/check-invariants.ts";
import { makePyramid, type RealPyramid } from "../published.ts";
import { startTestServer, type TestServer } from "../test-server.ts";
import { tiledSlide } from "./analyst.ts";
import { type Stranger, startStranger } from "./stranger.ts";

let server: TestServer;
let made: RealPyramid;
const strangers: Stranger[] = [];
beforeAll(async () => {
  made = await makePyramid();
  server = await startTestServer({ LEASE_MS: "3000", HEARTBEAT_MS: "200", MAX_ATTEMPTS: "3" });
});
afterEach(async () => {
  for (const stranger of strangers.splice(0)) await stranger.stop();
});
afterAll(async () => {
  const histories = openHistories(server.databaseUrl, (error) => expect.fail(error.message));
  const directory = join(server.dataDirectory, "storage");
  const objects = await DiskObjectStore.open({ directory, signingSecret: "not used to sign anything" });
  const { jobs, violations } = await checkInvariants(histories, objects, { recoveryMs: 15_000, isSettled: true });
  await histories.close();
  await server.stop();
  expect(violations).toEqual([]);
  expect(jobs).toBeGreaterThan(8);
});

async function start(workerId: string, isOpen = true): Promise<Stranger> {
  const stranger = await startStranger(server, workerId, isOpen);
  strangers.push(stranger);
  return stranger;
}

const statusOf = (jobId: string) => server.client.analysis.getStatus.query({ jobId });
const settled = (jobId: string, expected: object) =>
  expect.poll(() => statusOf(jobId), { timeout: 90_000, interval: 100 }).toMatchObject(expected);
const historyOf = async (jobId: string) => {
  const { events } = await server.client.analysis.history.query({ jobId });
  return events.filter(({ cause }) => cause === "CLAIMED").map(({ workerId }) => workerId);
};

/** Asks for an analysis by the example, which has to have said what it can do. */
async function ask(parameters = {}) {
  const { imageId } = await tiledSlide(server, made);
  const names = async () => (await server.client.analysis.kinds.query()).kinds.map(({ name }) => name);
  await expect.poll(names, { timeout: 90_000 }).toEqual(["detail"]);
  const { jobId } = await server.client.analysis.submit.mutate({ imageId, kind: "detail", parameters });
  return jobId;
}

/** It has a job, and waits at the door for its first tile. */
const atWork = (stranger: Stranger) => expect.poll(() => stranger.tilesAsked(), { timeout: 90_000 }).toBeGreaterThan(0);

test("the example is short", async () => {
  const script = new URL("../../../../examples/analysis-worker/worker.py", import.meta.url);
  expect((await readFile(fileURLToPath(script), "utf8")).split("\n").length).toBeLessThanOrEqual(150);
});

test("a program of anybody's registers what it can do, and does it", async () => {
  await start("stranger-1");
  const jobId = await ask();
  await settled(jobId, { status: "COMPLETED", kind: { name: "detail", version: "1.0.0" } });
  const get = async (file: string) => (await fetch(`${server.address}/analyses/${jobId}/${file}`)).json();
  const { layers, summary } = AnalysisResult.parse(await get("analysis.json"));
  expect(layers).toMatchObject([{ type: "grid", columns: 3, rows: 2, cellWidthPx: 256, cellHeightPx: 256 }]);
  const { values } = GridValues.parse(await get("detail.json"));
  // Noise takes bits everywhere.
  expect(values.map((value) => (value ?? 0) > 1)).toEqual([true, true, true, true, true, true]);
  expect(summary.numbers).toMatchObject([{ name: "plainFraction", value: 0 }]);
  const coarse = await ask({ cells: 1 });
  await settled(coarse, { status: "COMPLETED" });
  const answer = await fetch(`${server.address}/analyses/${coarse}/analysis.json`);
  expect(AnalysisResult.parse(await answer.json()).layers).toMatchObject([{ columns: 1, rows: 1, cellWidthPx: 1024 }]);
});

test("one that is killed loses the job to the next", async () => {
  const killed = await start("killed", false);
  const jobId = await ask();
  await atWork(killed);
  killed.process.kill("SIGKILL");
  await start("heir");
  await settled(jobId, { status: "COMPLETED", attempt: 2 });
  expect(await historyOf(jobId)).toEqual(["killed", "heir"]);
});

test("one that was frozen finds its job taken, changes nothing and goes on with the next", async () => {
  const frozen = await start("frozen", false);
  const jobId = await ask();
  await atWork(frozen);
  frozen.process.kill("SIGSTOP");
  const heir = await start("heir", false);
  await atWork(heir);
  frozen.process.kill("SIGCONT");
  frozen.open();
  // The heir is not done before the frozen one has had its say.
  const next = await ask();
  await settled(next, { status: "COMPLETED" });
  expect(await historyOf(next)).toEqual(["frozen"]);
  expect(await statusOf(jobId)).toMatchObject({ status: "IN_PROGRESS", attempt: 2 });
  heir.open();
  await settled(jobId, { status: "COMPLETED", attempt: 2 });
  expect(await historyOf(jobId)).toEqual(["frozen", "heir"]);
});

test("one whose job is cancelled lets go of it and takes the next", async () => {
  const stranger = await start("cancelled", false);
  const jobId = await ask();
  await atWork(stranger);
  await server.client.analysis.cancel.mutate({ jobId });
  stranger.open();
  const next = await ask();
  await settled(next, { status: "COMPLETED" });
  expect(await statusOf(jobId)).toMatchObject({ status: "FAILED", failure: { code: "CANCELLED" } });
  const { jobId: again } = await server.client.analysis.retry.mutate({ jobId });
  await settled(again, { status: "COMPLETED" });
});

test("one that is told to end hands its job back, and the attempt does not count", async () => {
  const stopped = await start("stopped", false);
  const jobId = await ask();
  await atWork(stopped);
  stopped.process.kill("SIGTERM");
  expect(await stopped.ended).toBe(0);
  expect(await statusOf(jobId)).toMatchObject({ status: "PENDING", attempt: 1, maxAttempts: 4 });
  await start("heir");
  await settled(jobId, { status: "COMPLETED", attempt: 2 });
});

test("one that waits for work ends at once when it is told to", async () => {
  const idle = await start("idle");
  await settled(await ask(), { status: "COMPLETED" });
  idle.process.kill("SIGTERM");
  expect(await idle.ended).toBe(0);
});

test("whose slide is deleted meanwhile goes on with the next", async () => {
  const stranger = await start("bereft", false);
  const jobId = await ask();
  await atWork(stranger);
  const { imageId } = await statusOf(jobId);
  await server.client.images.delete.mutate({ imageId });
  stranger.open();
  await settled(await ask(), { status: "COMPLETED" });
});
