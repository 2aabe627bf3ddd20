import { defaultSettings } from "@tilewright/pyramid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePyramid, type RealPyramid, sha256Of } from "../published.ts";
import { claim, startTestServer, submit, type TestServer } from "../test-server.ts";
import { claimAnalysis, completePlainly, darkness, retile, tile, tiledSlide, workerId } from "./analyst.ts";

let server: TestServer;
let made: RealPyramid;
beforeAll(async () => {
  made = await makePyramid();
  server = await startTestServer({ ANALYSE_EACH: "unheard-of, darkness,picky withdrawn" });
  const { parametersSchema } = darkness;
  const picky = { ...darkness, name: "picky", parametersSchema: { ...parametersSchema, required: ["label", "stain"] } };
  picky.parametersSchema.properties = { ...parametersSchema.properties, stain: { type: "string" } };
  const kinds = [darkness, picky, { ...darkness, name: "withdrawn" }];
  await server.worker.analysis.registerKinds.mutate({ workerId, kinds });
  await server.worker.analysis.withdrawKind.mutate({ name: "withdrawn" });
});
afterAll(() => server.stop());

const analysesOf = async (imageId: string) => (await server.client.analysis.list.query({ imageId })).jobs;

test("what is to be analysed each time begins with each tiling, with the kind's defaults", async () => {
  const { imageId, tilingJobId } = await tiledSlide(server, made);
  expect(await analysesOf(imageId)).toMatchObject([
    {
      status: "PENDING",
      kind: { name: "darkness" },
      parameters: { label: "dark", cellPx: 512 },
      pyramidJobId: tilingJobId,
    },
  ]);
  await completePlainly(server, await claimAnalysis(server));
});

test("so it does for a file whose bytes were tiled before, whenever that is found out", async () => {
  const bytes = "the same bytes";
  const [sha256, sizeBytes] = [sha256Of(bytes), bytes.length];
  const first = await submit(server, "first.tif", bytes);
  await tile(server, made, { source: bytes });
  const { client, worker } = server;
  const named = await client.uploads.create.mutate({ fileName: "named.tif", sizeBytes, metadata: {}, sha256 });
  expect(named.status).toBe("COMPLETED");
  const read = await submit(server, "read.tif", bytes);
  const { jobId, attempt } = await claim(server);
  const reused = await worker.tiling.reuse.mutate({ jobId, attempt, sourceSha256: sha256, settings: defaultSettings });
  expect(reused).toMatchObject({ imageId: read.imageId, status: "COMPLETED", isReused: true });
  for (const { imageId } of [first, named, read]) {
    expect(await analysesOf(imageId)).toMatchObject([{ status: "PENDING", imageId }]);
    await completePlainly(server, await claimAnalysis(server));
  }
});

test("another pyramid is analysed anew, and what waited for the old one ends", async () => {
  const { imageId } = await tiledSlide(server, made);
  await retile(server, imageId, made);
  const [fresh, outdated] = await analysesOf(imageId);
  expect(outdated).toMatchObject({ status: "FAILED", failure: { code: "PYRAMID_GONE" } });
  expect(fresh).toMatchObject({ status: "PENDING", kind: { name: "darkness" } });
  expect(fresh?.pyramidJobId).not.toBe(outdated?.pyramidJobId);
});

test("a kind that is withdrawn at the moment at which a tiling ends keeps no tiling from its end", async () => {
  const { prisma } = server.database;
  const { jobId } = await submit(server);
  const withdrawn = { name: "darkness", withdrawnAt: { not: null } };
  const tiled = await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`UPDATE analysis_kinds SET withdrawn_at = now() WHERE name = 'darkness'`;
    const tiling = tile(server, made).then(
      () => "tiled",
      (error: unknown) => error,
    );
    // It has found the kind on offer, and waits for what becomes of it.
    await expect
      .poll(() => prisma.$queryRaw`SELECT 1 AS one FROM pg_locks WHERE NOT granted LIMIT 1`, { timeout: 90_000 })
      .toHaveLength(1);
    return { tiling };
  });
  expect(await tiled.tiling).toBe("tiled");
  expect(await server.client.tiling.getStatus.query({ jobId })).toMatchObject({ status: "COMPLETED" });
  expect(await prisma.analysisKind.updateMany({ where: withdrawn, data: { withdrawnAt: null } })).toEqual({ count: 1 });
});
