import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type AnalysisLayer, analysisLimits, type KindDescription, ParametersSchema } from "@tilewright/core";
import { DiskObjectStore } from "@tilewright/storage";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makePyramid, type RealPyramid } from "../published.ts";
import { refusedWith, startTestServer, type TestServer } from "../test-server.ts";
import {
  claimAnalysis,
  completePlainly,
  darkness,
  findings,
  geojsonLayer,
  gridFile,
  gridLayer,
  kindId,
  send,
  tiledSlide,
  workerId,
} from "./analyst.ts";

let server: TestServer;
let imageId: string;
let made: RealPyramid;
beforeAll(async () => {
  made = await makePyramid();
  server = await startTestServer();
  await server.worker.analysis.registerKinds.mutate({ workerId, kinds: [darkness] });
  ({ imageId } = await tiledSlide(server, made));
});
afterAll(() => server.stop());

const register = (...kinds: KindDescription[]) => server.worker.analysis.registerKinds.mutate({ workerId, kinds });
const submitting = (kind: string, parameters = {}) =>
  server.client.analysis.submit.mutate({ imageId, kind, parameters });

describe("kinds", () => {
  test("one that there is not can't be asked for", async () => {
    await expect(submitting("unheard-of")).rejects.toEqual(refusedWith("KIND_NOT_FOUND"));
    await expect(submitting("../darkness")).rejects.toEqual(refusedWith("INVALID_INPUT"));
    const withdrawing = server.worker.analysis.withdrawKind.mutate({ name: "unheard-of" });
    await expect(withdrawing).rejects.toEqual(refusedWith("KIND_NOT_FOUND"));
  });

  test("once withdrawn, none begins, what waits ends and what is under way goes on; registered again, it is back", async () => {
    const fleeting = { ...darkness, name: "fleeting" };
    await register(darkness, fleeting);
    const underWay = await submitting("fleeting", { cellPx: 16 });
    const held = await claimAnalysis(server, [kindId(fleeting)]);
    const waiting = await submitting("fleeting");
    await server.worker.analysis.withdrawKind.mutate({ name: "fleeting" });
    await server.worker.analysis.withdrawKind.mutate({ name: "fleeting" });
    await expect(submitting("fleeting")).rejects.toEqual(refusedWith("KIND_WITHDRAWN"));
    const { status, failure } = await server.client.analysis.getStatus.query({ jobId: waiting.jobId });
    expect([status, failure?.code]).toEqual(["FAILED", "KIND_WITHDRAWN"]);
    await expect(server.client.analysis.retry.mutate({ jobId: waiting.jobId })).rejects.toEqual(
      refusedWith("KIND_WITHDRAWN"),
    );
    expect(await completePlainly(server, held)).toMatchObject({ jobId: underWay.jobId, status: "COMPLETED" });
    const names = async () => (await server.client.analysis.kinds.query()).kinds.map(({ name }) => name);
    expect(await names()).toEqual(["darkness"]);
    await register(darkness, fleeting);
    expect(await names()).toEqual(["darkness", "fleeting"]);
    const again = await submitting("fleeting");
    await server.client.analysis.cancel.mutate({ jobId: again.jobId });
  });

  test("a version is what it was; a newer one is what is asked for from then on", async () => {
    const first = { ...darkness, name: "growing" };
    await register(darkness, first);
    await register(darkness, first);
    await expect(register(darkness, { ...first, title: "Growing" })).rejects.toEqual(refusedWith("KIND_CHANGED"));
    await register(darkness, first, { ...first, version: "1.10.0", title: "Grown" }, { ...first, version: "1.9.0" });
    const job = await submitting("growing");
    expect(job.kind).toEqual({ name: "growing", version: "1.10.0", title: "Grown" });
    await server.client.analysis.cancel.mutate({ jobId: job.jobId });
  });

  test.each([
    ["a name with capitals", { name: "Darkness" }],
    ["a version without a form", { version: "latest" }],
    ["a layer that nobody can draw", { layerTypes: ["movie"] }],
    ["a schema that refers to another", { parametersSchema: { $ref: "https://example.org/schema.json" } }],
    ["a schema with a pattern", { parametersSchema: schemaOf({ type: "string", pattern: "(a+)+$" }) }],
    ["a schema that nests", { parametersSchema: schemaOf({ type: "object", properties: {} }) }],
  ])("%s is refused", async (_, wrong) => {
    await expect(register({ ...darkness, name: "hostile", ...wrong } as never)).rejects.toEqual(
      refusedWith("INVALID_INPUT"),
    );
  });

  test("a default that its own schema refuses is refused, and nothing of the call is registered", async () => {
    const fine = { ...darkness, name: "fine" };
    const parametersSchema = ParametersSchema.parse(schemaOf({ type: "integer", minimum: 1, default: 0 }));
    const registering = register(fine, { ...darkness, name: "wrong", parametersSchema });
    await expect(registering).rejects.toEqual(refusedWith("PARAMETERS_INVALID"));
    await expect(submitting("fine")).rejects.toEqual(refusedWith("KIND_NOT_FOUND"));
  });

  test("a kind may be registered again whatever its numbers look like", async () => {
    const zero = { ...darkness, name: "zero", parametersSchema: schemaOf({ type: "number", default: "zero" }) };
    // As Python writes the opposite of its 0.0.
    const body = JSON.stringify({ workerId, kinds: [darkness, zero] }).replace('"default":"zero"', '"default":-0.0');
    const headers = { "content-type": "application/json", authorization: `Bearer ${server.workerToken}` };
    const registering = () => fetch(`${server.address}/trpc/analysis.registerKinds`, { method: "POST", headers, body });
    for (const _ of [1, 2]) expect((await registering()).status).toBe(200);
    await server.worker.analysis.withdrawKind.mutate({ name: "zero" });
  });

  test("one that requires a parameter which it does not have is refused: nobody could ask for it", async () => {
    const parametersSchema = { ...darkness.parametersSchema, required: ["missing"] };
    const registering = register({ ...darkness, name: "impossible", parametersSchema });
    await expect(registering).rejects.toEqual(refusedWith("INVALID_INPUT"));
  });

  test("all descriptions together are of a size that a page can read", async () => {
    const description = "€".repeat(1_000);
    const parameter = { type: "string" as const, description: "€".repeat(500), default: "€".repeat(1_000) };
    const properties = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, parameter]));
    const parametersSchema = ParametersSchema.parse({ type: "object", properties });
    const names = Array.from({ length: 20 }, (_, n) => `wordy-${n}`);
    const kinds = names.map((name) => ({ ...darkness, name, description, parametersSchema }));
    let refused = 0;
    for (const kind of kinds) {
      await register(darkness, kind).catch((error: unknown) => {
        expect(error).toEqual(refusedWith("TOO_MANY_KINDS"));
        refused += 1;
      });
    }
    expect(refused).toBeGreaterThan(0);
    const answer = await server.client.analysis.kinds.query();
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(600 * 1024);
    for (const name of names) await server.worker.analysis.withdrawKind.mutate({ name }).catch(() => {});
  });

  test("a worker gets only what it has registered", async () => {
    const claim = (kinds: { name: string; version: string }[], who = workerId) =>
      server.worker.analysis.claim.mutate({ workerId: who, kinds, waitMs: 0 });
    await register(darkness);
    const notRegistered = refusedWith("KIND_NOT_REGISTERED");
    await expect(claim([kindId(darkness)], "a stranger")).rejects.toEqual(notRegistered);
    await expect(claim([kindId(darkness), { name: "growing", version: "1.0.0" }])).rejects.toEqual(notRegistered);
    await expect(claim([{ name: "darkness", version: "2.0.0" }])).rejects.toEqual(notRegistered);
    expect(await claim([kindId(darkness)])).toEqual({ assignment: null });
  });

  test("there is an end to how many there may be", async () => {
    const many = Array.from({ length: 20 }, (_, n) => ({ ...darkness, name: `kind-${n}` }));
    let refused = 0;
    for (let batch = 0; batch < analysisLimits.kinds / 20; batch += 1) {
      const kinds = many.map((kind) => ({ ...kind, name: `${kind.name}-${batch}` }));
      await register(...kinds).catch((error: unknown) => {
        expect(error).toEqual(refusedWith("TOO_MANY_KINDS"));
        refused += 1;
      });
    }
    expect(refused).toBe(1);
    expect(await server.database.prisma.analysisKind.count({ where: { withdrawnAt: null } })).toBeLessThanOrEqual(200);
    await register(darkness);
  });

  test("who has no worker's token registers nothing", async () => {
    const registering = server.client.analysis.registerKinds.mutate({ workerId, kinds: [darkness] });
    await expect(registering).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
  });
});

test("parameters that the kind's schema refuses are named", async () => {
  const refusal = expect.objectContaining({
    data: expect.objectContaining({
      tilewright: expect.objectContaining({ code: "PARAMETERS_INVALID", details: { paths: ["size", "cellPx"] } }),
    }),
  });
  await expect(submitting("darkness", { cellPx: 15, size: 1 })).rejects.toEqual(refusal);
  await expect(submitting("darkness", { label: "\0" })).rejects.toEqual(refusedWith("INVALID_INPUT"));
  await expect(submitting("darkness", { cellPx: { $gt: 0 } })).rejects.toEqual(refusedWith("INVALID_INPUT"));
});

test("an image has only so many analyses at a time", async () => {
  const all = Array.from({ length: analysisLimits.activeOfImage + 3 }, (_, n) =>
    submitting("darkness", { cellPx: 16 + n }),
  );
  const ended = await Promise.allSettled(all);
  const refused = ended.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  expect(refused).toEqual(Array.from({ length: 3 }, () => refusedWith("TOO_MANY_ANALYSES")));
  for (const end of ended) {
    if (end.status === "fulfilled") await server.client.analysis.cancel.mutate({ jobId: end.value.jobId });
  }
});

describe("results", () => {
  let held: Awaited<ReturnType<typeof claimAnalysis>>;
  beforeAll(async () => {
    await submitting("darkness");
    held = await claimAnalysis(server);
  });
  /** The attempt holds the job still, and nobody sees anything of it. */
  afterEach(async () => {
    const { jobId, attempt } = held;
    await server.worker.analysis.heartbeat.mutate({ jobId, attempt, stage: "PUBLISHING", stageFraction: 0 });
    for (const file of ["analysis.json", "darkness.json", "shade.geojson"]) {
      expect((await fetch(`${server.address}/analyses/${jobId}/${file}`)).status).toBe(404);
    }
  });

  const complete = (...layers: AnalysisLayer[]) =>
    server.worker.analysis.markComplete.mutate({ jobId: held.jobId, attempt: held.attempt, ...findings(layers) });
  const opening = (name: string, sizeBytes = 10) =>
    server.worker.analysis.openOutputs.mutate({
      jobId: held.jobId,
      attempt: held.attempt,
      files: [{ name, sizeBytes }],
    });

  test.each([
    "../analysis.json",
    "analysis.json",
    "a/b.json",
    "page.html",
    "LAYER.json",
    ".json",
    `${"a".repeat(70)}.json`,
  ])("a layer's file is not named %s", async (name) => {
    await expect(opening(name)).rejects.toEqual(refusedWith("INVALID_INPUT"));
    await expect(complete({ ...gridLayer(), file: name })).rejects.toEqual(refusedWith("INVALID_INPUT"));
  });

  test("a layer is no larger than it may be, and there are only so many", async () => {
    const opened = opening("darkness.json", analysisLimits.layerBytes + 1);
    await expect(opened).rejects.toEqual(refusedWith("LAYER_TOO_LARGE"));
    await submitting("darkness", { cellPx: 99 });
    const { jobId, attempt } = await claimAnalysis(server);
    const open = (files: { name: string; sizeBytes: number }[]) =>
      server.worker.analysis.openOutputs.mutate({ jobId, attempt, files });
    const files = Array.from({ length: analysisLimits.layers }, (_, n) => ({ name: `layer-${n}.json`, sizeBytes: 1 }));
    await open(files);
    await expect(open([{ name: "one-more.json", sizeBytes: 1 }])).rejects.toEqual(refusedWith("INVALID_INPUT"));
    await open(files);
    await server.client.analysis.cancel.mutate({ jobId });
    await expect(open(files)).rejects.toEqual(refusedWith("STALE_ATTEMPT"));
  });

  test("bytes that nobody announced are refused where they are sent", async () => {
    const { files } = await opening("darkness.json", 5);
    const answer = await fetch(new URL(files[0]?.url ?? "", server.address), { method: "PUT", body: "six by" });
    expect(answer.status).toBe(413);
    await expect(complete(gridLayer("12345"))).rejects.toEqual(refusedWith("LAYER_MISSING"));
  });

  test("a layer that never came, or is not what it is said to be", async () => {
    await expect(complete(gridLayer())).rejects.toEqual(refusedWith("LAYER_MISSING"));
    await send(server, held, { "darkness.json": gridFile });
    const invalid = refusedWith("RESULT_INVALID");
    await expect(complete({ ...gridLayer(), sizeBytes: 3 })).rejects.toEqual(invalid);
    await expect(complete({ ...gridLayer(), sha256: "0".repeat(64) })).rejects.toEqual(invalid);
    await send(server, held, { "darkness.json": '{"values":[1]}' });
    await expect(complete(gridLayer('{"values":[1]}'))).rejects.toEqual(invalid);
  });

  const ring = (...corners: number[][]) => ({ type: "Polygon", coordinates: [[...corners, corners[0]]] });
  const shade = (geometry: object) =>
    JSON.stringify({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry }] });
  test.each([
    ["wound the wrong way", shade(ring([0, 0], [0, 9], [9, 9], [9, 0]))],
    ["outside of the image", shade(ring([0, 0], [701, 0], [701, 9], [0, 9]))],
    [
      "of a million vertices",
      shade({ type: "LineString", coordinates: Array.from({ length: 1_000_000 }, () => [0, 1]) }),
    ],
    ["nested without end", `${"[".repeat(200_000)}${"]".repeat(200_000)}`],
  ])("outlines %s are refused", async (_, content) => {
    await send(server, held, { "shade.geojson": content });
    await expect(complete(geojsonLayer(content))).rejects.toEqual(refusedWith("RESULT_INVALID"));
  });

  test.each([
    ["of a type that the kind did not promise", overlay],
    ["beyond the image", { ...gridLayer(), columns: 3 }],
    ["of more cells than there may be", { ...gridLayer(), columns: 1_000_001 }],
    ["whose range goes down", { ...gridLayer(), range: [1, 0] as [number, number] }],
  ])("a layer %s is refused", async (_, layer) => {
    await expect(complete(layer)).rejects.toEqual(refusedWith("RESULT_INVALID"));
  });

  test("a summary that is none", async () => {
    const { jobId, attempt } = held;
    const end = (more: object) => ({ jobId, attempt, ...findings(), ...more });
    const mark = (more: object) => server.worker.analysis.markComplete.mutate(end(more) as never);
    const verdict = { level: "good", text: "a".repeat(41) };
    await expect(mark({ summary: { verdict, numbers: [] } })).rejects.toEqual(refusedWith("INVALID_INPUT"));
    await expect(mark({ summary: undefined })).rejects.toEqual(refusedWith("INVALID_INPUT"));
    await expect(mark({ jobId: randomUUID() })).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
    await expect(mark({ attempt: 2 })).rejects.toEqual(refusedWith("STALE_ATTEMPT"));
    const field = { label: "Dark", layer: "nowhere", value: 1, xPx: 0, yPx: 0, widthPx: 1, heightPx: 1 };
    await expect(mark({ fields: [field] })).rejects.toEqual(refusedWith("RESULT_INVALID"));
  });
});

test("what is put right completes, and nothing else is left of it", async () => {
  const { jobs } = await server.client.analysis.list.query({ imageId, status: "IN_PROGRESS" });
  const held = { jobId: jobs[0]?.jobId ?? "", attempt: 1 };
  const shade = JSON.stringify({ type: "FeatureCollection", features: [] });
  await send(server, held, { "shade.geojson": shade, "darkness.json": '{"values":[2,3]}' });
  await send(server, held, { "darkness.json": gridFile });
  const end = { ...held, ...findings([gridLayer()]) };
  const done = await server.worker.analysis.markComplete.mutate(end);
  expect(done.status).toBe("COMPLETED");
  const folder = join(server.dataDirectory, "storage/objects/images", imageId, "analyses", held.jobId, "1");
  expect((await readdir(folder)).sort()).toEqual(["analysis.json", "darkness.json"]);
  const directory = join(server.dataDirectory, "storage");
  const store = await DiskObjectStore.open({ directory, signingSecret: "not used to sign anything" });
  expect(await Array.fromAsync(store.listMultiparts(`images/${imageId}/analyses/${held.jobId}/`))).toEqual([]);
  await expect(send(server, held, { "shade.geojson": shade })).rejects.toEqual(refusedWith("STALE_ATTEMPT"));
});

function schemaOf(parameter: object) {
  return { type: "object", properties: { a: parameter } };
}

const overlay: AnalysisLayer = {
  ...{
    type: "overlay",
    file: "mask.png",
    name: "mask",
    title: "Mask",
    description: "",
    xPx: 0,
    yPx: 0,
    widthPx: 1,
    heightPx: 1,
  },
  ...{ sizeBytes: 1, sha256: "0".repeat(64) },
};
