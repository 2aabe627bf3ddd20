import { afterAll, beforeAll, expect, test } from "vitest";
import { makePyramid, type RealPyramid } from "../published.ts";
import { refusedWith, startTestServer, submit, type TestServer } from "../test-server.ts";
import { claimAnalysis, completePlainly, darkness, retile, tiledSlide, waitingAnalysis, workerId } from "./analyst.ts";

let server: TestServer;
let made: RealPyramid;
beforeAll(async () => {
  made = await makePyramid();
  server = await startTestServer();
  await server.worker.analysis.registerKinds.mutate({ workerId, kinds: [darkness] });
});
afterAll(() => server.stop());

/** A slide of which so much was found to be dark. */
async function darkSlide(fraction: number) {
  const { imageId, jobId } = await waitingAnalysis(server, made);
  await completePlainly(server, await claimAnalysis(server), fraction);
  return { imageId, jobId };
}

const sort = (order: "asc" | "desc") => ({ kind: "darkness", number: "darkFraction", order });

async function allSorted(order: "asc" | "desc", limit: number): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await server.client.images.list.query({ sort: sort(order), limit, cursor });
    expect(page.images.length).toBeLessThanOrEqual(limit);
    seen.push(...page.images.map(({ imageId }) => imageId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return seen;
}

const verdictsOf = async (imageId: string) => {
  const { images } = await server.client.images.list.query({ limit: 100 });
  return images.find((image) => image.imageId === imageId)?.verdicts;
};

test("slides are listed by what analyses found, page by page, and those without that last", async () => {
  const fractions = [0.5, 0.125, 0.75, 0.5, 1e-7];
  const dark: { imageId: string; fraction: number }[] = [];
  for (const fraction of fractions) dark.push({ ...(await darkSlide(fraction)), fraction });
  const plain = [await submit(server), await submit(server), await submit(server)];
  const newestPlainFirst = plain.map(({ imageId }) => imageId).reverse();
  const upwards = dark.toSorted((a, b) => a.fraction - b.fraction || (a.imageId < b.imageId ? -1 : 1));
  const ids = upwards.map(({ imageId }) => imageId);
  for (const limit of [1, 2, 3, 8, 100]) {
    expect(await allSorted("asc", limit)).toEqual([...ids, ...newestPlainFirst]);
    expect(await allSorted("desc", limit)).toEqual([...ids.toReversed(), ...newestPlainFirst]);
  }
  const other = await server.client.images.list.query({ sort: { ...sort("asc"), number: "area" } });
  expect(other.images).toHaveLength(8);
  for (const { jobId } of plain) await server.client.tiling.cancel.mutate({ jobId });
});

test("a cursor goes on with its own list alone", async () => {
  const { nextCursor } = await server.client.images.list.query({ limit: 1 });
  const bySort = await server.client.images.list.query({ limit: 1, sort: sort("asc") });
  const cursors = [
    { sort: sort("asc"), cursor: nextCursor ?? "" },
    { cursor: bySort.nextCursor ?? "" },
    { sort: sort("asc"), cursor: "1;DROP TABLE images/x" },
    { sort: sort("asc"), cursor: (bySort.nextCursor ?? "").replace(/^.*\//, "1e+999/") },
  ];
  for (const input of cursors) {
    await expect(server.client.images.list.query(input)).rejects.toEqual(refusedWith("INVALID_INPUT"));
  }
});

test("a slide's verdict is that of its newest analysis, and the one before once that is removed", async () => {
  const { imageId, jobId } = await darkSlide(0.5);
  const verdict = { kind: "darkness", level: "doubtful" };
  expect(await verdictsOf(imageId)).toEqual([{ ...verdict, jobId, text: "Dark 50 %" }]);
  await server.client.analysis.submit.mutate({ imageId, kind: "darkness" });
  const newer = await claimAnalysis(server);
  expect(await verdictsOf(imageId)).toMatchObject([{ jobId }]);
  await completePlainly(server, newer, 0.25);
  expect(await verdictsOf(imageId)).toEqual([{ ...verdict, jobId: newer.jobId, text: "Dark 25 %" }]);
  await server.client.analysis.remove.mutate({ jobId: newer.jobId });
  expect(await verdictsOf(imageId)).toMatchObject([{ jobId }]);
  await server.client.analysis.remove.mutate({ jobId });
  expect(await verdictsOf(imageId)).toEqual([]);
});

test("what was found in a pyramid is no verdict on the one that took its place", async () => {
  const { imageId } = await darkSlide(0.9);
  const { prisma } = server.database;
  expect(await prisma.analysisNumber.count({ where: { imageId } })).toBe(1);
  await retile(server, imageId, made);
  expect(await verdictsOf(imageId)).toEqual([]);
  expect(await prisma.analysisNumber.count({ where: { imageId } })).toBe(0);
  await server.client.images.delete.mutate({ imageId });
});

test("deleting a slide deletes what the library says of it", async () => {
  const { imageId } = await darkSlide(0.9);
  await tiledSlide(server, made);
  await server.client.images.delete.mutate({ imageId });
  const { prisma } = server.database;
  expect(await prisma.analysisVerdict.count({ where: { imageId } })).toBe(0);
  expect(await prisma.analysisNumber.count({ where: { imageId } })).toBe(0);
  expect(await prisma.analysisJob.count({ where: { imageId } })).toBe(0);
});
