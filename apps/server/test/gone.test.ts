import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Ports } from "@tilewright/core";
import { createRepositories } from "@tilewright/db";
import { DiskObjectStore } from "@tilewright/storage";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makePyramid, publish, type RealPyramid } from "./published.ts";
import { createTestPorts, type TestPorts } from "./test-ports.ts";
import { startTestServer, submit, type TestServer } from "./test-server.ts";

let own: TestPorts;
let ports: Ports;
let made: RealPyramid;
let servers: TestServer[];
/** Two servers on one database and one store. */
beforeAll(async () => {
  own = await createTestPorts();
  made = await makePyramid();
  const first = await startTestServer();
  const second = await startTestServer({
    DATABASE_URL: first.databaseUrl,
    STORAGE_URL: pathToFileURL(join(first.dataDirectory, "storage")).href,
  });
  servers = [first, second];
  const directory = join(first.dataDirectory, "storage");
  const objects = await DiskObjectStore.open({ directory, signingSecret: "not used to sign anything" });
  ports = { ...own.ports, ...createRepositories(first.database), objects };
});
afterAll(async () => {
  for (const server of servers.toReversed()) await server.stop();
  await own.drop();
});

const server = () => servers[0] as TestServer;

const addressesOf = (jobId: string) => [
  `/pyramids/${jobId}.dzi`,
  `/pyramids/${jobId}/manifest.json`,
  `/pyramids/${jobId}/thumbnail.jpg`,
  `/pyramids/${jobId}_files/0/0_0.jpg`,
  `/pyramids/${jobId}_files/10/0_0.jpg`,
  `/iiif/${jobId}/info.json`,
  `/iiif/${jobId}/full/10,/0/default.jpg`,
  `/xyz/${jobId}/tiles.json`,
  `/xyz/${jobId}/0/0/0.jpg?edge=filled`,
];

const askAll = (paths: string[], headers: Record<string, string> = {}) =>
  Promise.all(servers.flatMap(({ address }) => paths.map((path) => fetch(address + path, { headers }))));

/** On each server; what is open stays in memory. */
async function expectAll(paths: string[], status: number): Promise<void> {
  const answers = await askAll(paths);
  expect(answers.map((answer) => [new URL(answer.url).pathname, answer.status])).toEqual(
    answers.map((answer) => [new URL(answer.url).pathname, status]),
  );
}

/** "A few seconds", on a machine that has other things to do. */
const soon = { timeout: 5_000, interval: 100 };

async function slide() {
  await submit(server());
  return publish({ ports }, made);
}

test("a deleted slide is gone from every server, whatever they have in memory and whoever has it already", async () => {
  const { jobId, imageId } = await slide();
  const kept = await slide();
  const paths = [...addressesOf(jobId), `/images/${imageId}.dzi`, `/images/${imageId}/source`];
  await expectAll(paths, 200);
  await server().client.images.delete.mutate({ imageId });
  await vi.waitFor(() => expectAll(paths, 404), soon);
  const validated = await askAll(addressesOf(jobId), { "if-none-match": "*" });
  expect(new Set(validated.map(({ status }) => status))).toEqual(new Set([404]));
  await expectAll(addressesOf(kept.jobId), 200);
});

test("a pyramid that another has replaced is gone, and the other is there", async () => {
  const old = await slide();
  await expectAll(addressesOf(old.jobId), 200);
  const job = await ports.jobs.tiling.find({ jobId: old.jobId });
  if (!job) throw new Error("There is no job.");
  const recorded = await ports.audits.record(job, "Its bytes have changed.", 3);
  // Until it is replaced, it is all there is to see.
  await expectAll(addressesOf(old.jobId), 200);
  const next = await publish({ ports }, made);
  expect(next.jobId).toBe(recorded?.replacement?.jobId);
  await vi.waitFor(() => expectAll(addressesOf(old.jobId), 404), soon);
  await expectAll(addressesOf(next.jobId), 200);
});

test("a pyramid is there as soon as its job is done, though it was asked for before", async () => {
  await submit(server());
  const { jobs } = await server().client.tiling.list.query({ limit: 1 });
  const paths = addressesOf(jobs[0]?.jobId ?? "");
  await expectAll(paths, 404);
  await publish({ ports }, made);
  await expectAll(paths, 200);
});

test("a preview that its image shows no more is gone", async () => {
  const { jobId } = await slide();
  const preview = {
    widthPx: 700,
    heightPx: 400,
    imageWidthPx: 700,
    imageHeightPx: 400,
    levelCount: 11,
    tileSizePx: 256,
    sizeBytes: 9,
  };
  const { prisma } = server().database;
  const { imageId } = await prisma.tilingJob.update({ where: { id: jobId }, data: { preview } });
  expect(await ports.jobs.tiling.findShown(jobId)).toMatchObject({ preview });
  const { id: _, ...row } = await prisma.tilingJob.findUniqueOrThrow({ where: { id: jobId } });
  await prisma.tilingJob.create({
    data: { ...row, imageId, id: ports.newId(), datasetMetadata: {}, settings: {}, preview: {} },
  });
  expect(await ports.jobs.tiling.findShown(jobId)).toBeNull();
  await expectAll([`/previews/${jobId}/1/0/0_0.jpg`, `/previews/${jobId}/1/thumbnail.jpg`], 404);
});

test("what describes a pyramid is asked for again each time; its pictures are kept", async () => {
  const { jobId } = await slide();
  for (const path of addressesOf(jobId)) {
    const { headers } = await fetch(server().address + path);
    const isPicture = headers.get("content-type")?.startsWith("image/");
    expect(headers.get("cache-control")).toBe(isPicture ? "public, max-age=31536000, immutable" : "no-cache");
    expect(headers.get("etag")).toMatch(/^"/);
  }
});

test("many tiles are asked for, the database once", async () => {
  const { jobId } = await slide();
  const asked = vi.spyOn(ports.jobs.tiling, "findShown");
  const { OpenPyramids } = await import("../src/pyramids/open-pyramids.ts");
  const pyramids = new OpenPyramids(ports.jobs.tiling, ports.objects);
  await Promise.all(Array.from({ length: 200 }, () => pyramids.get(jobId)));
  expect(asked).toHaveBeenCalledTimes(1);
  asked.mockRestore();
});

test("the manifest tells nobody the file's name, though older ones have it in them", async () => {
  await submit(server(), "a patient's name.tif");
  const { jobId, manifest, manifestKey } = await publish({ ports }, made);
  await ports.objects.put(
    manifestKey,
    Buffer.from(JSON.stringify({ ...manifest, datasetName: "a patient's name.tif" })),
  );
  const answers = await askAll([`/pyramids/${jobId}/manifest.json`]);
  for (const answer of answers) {
    const text = await answer.text();
    expect(text).not.toMatch(/patient|datasetName/);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(manifest)));
  }
});
