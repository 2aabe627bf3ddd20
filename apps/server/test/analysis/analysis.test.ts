import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makePyramid, type RealPyramid, sha256Of } from "../published.ts";
import { refusedWith, startTestServer, submit, type TestServer } from "../test-server.ts";
import {
  claimAnalysis,
  completePlainly,
  darkness,
  findings,
  gridFile,
  gridLayer,
  kindId,
  retile,
  send,
  tiledSlide,
  waitingAnalysis,
  workerId,
} from "./analyst.ts";

let server: TestServer;
let made: RealPyramid;
beforeAll(async () => {
  made = await makePyramid();
  server = await startTestServer({ LEASE_MS: "2000", MAX_ATTEMPTS: "2" });
  await server.worker.analysis.registerKinds.mutate({ workerId, kinds: [darkness] });
});
afterAll(() => server.stop());

const statusOf = (jobId: string) => server.client.analysis.getStatus.query({ jobId });
const get = (jobId: string, file: string, headers = {}) =>
  fetch(`${server.address}/analyses/${jobId}/${file}`, { headers });
const causesOf = async (jobId: string) => {
  const { events } = await server.client.analysis.history.query({ jobId });
  return events.map(({ cause }) => cause);
};

describe("from a question to a result", () => {
  test("a worker gets the job with its parameters, sends its layers and completes; the result is served", async () => {
    const { imageId, tilingJobId } = await tiledSlide(server, made);
    const asked = { imageId, kind: "darkness", parameters: { label: "pitch-black" } };
    const submitted = await server.client.analysis.submit.mutate(asked);
    expect(submitted).toMatchObject({
      status: "PENDING",
      stage: "QUEUED",
      kind: { name: "darkness", version: "1.0.0", title: "Darkness" },
      parameters: { label: "pitch-black", cellPx: 512 },
      pyramidJobId: tilingJobId,
      summary: null,
    });
    const { jobId } = submitted;
    const held = await claimAnalysis(server);
    expect(held).toMatchObject({
      jobId,
      imageId,
      attempt: 1,
      parameters: { label: "pitch-black", cellPx: 512 },
      pyramid: { jobId: tilingJobId, widthPx: 700, heightPx: 400, micrometresPerPixel: null },
    });
    const { pyramid } = held;
    const level = pyramid.levelCount - 1;
    const tileAt = `${server.address}${pyramid.tilesUrl}/${level}/0_0.${pyramid.tileFormat}`;
    expect((await fetch(tileAt)).headers.get("content-type")).toBe("image/jpeg");
    expect((await fetch(server.address + pyramid.dziUrl)).status).toBe(200);

    await server.worker.analysis.heartbeat.mutate({ jobId, attempt: 1, stage: "ANALYSING", stageFraction: 0.5 });
    expect(await statusOf(jobId)).toMatchObject({ status: "IN_PROGRESS", stage: "ANALYSING", stageFraction: 0.5 });
    await send(server, held, { "darkness.json": gridFile });
    expect((await get(jobId, "darkness.json")).status).toBe(404);
    const end = { jobId, attempt: 1, ...findings([gridLayer()]) };
    const completed = await server.worker.analysis.markComplete.mutate(end);
    expect(completed).toMatchObject({ status: "COMPLETED", summary: end.summary, failure: null });
    expect(completed.metadataPath).toBe(`images/${imageId}/analyses/${jobId}/1/analysis.json`);
    expect(await server.worker.analysis.markComplete.mutate(end)).toEqual(completed);
    expect(await causesOf(jobId)).toEqual(["SUBMITTED", "CLAIMED", "COMPLETED"]);

    const result = await (await get(jobId, "analysis.json")).json();
    expect(result).toMatchObject({
      format: "tilewright-analysis/1",
      jobId,
      attempt: 1,
      kind: { name: "darkness", version: "1.0.0" },
      parameters: { label: "pitch-black", cellPx: 512 },
      input: { imageId, pyramidJobId: tilingJobId, pyramidSha256: sha256Of(made.bytes), widthPx: 700, heightPx: 400 },
      summary: end.summary,
      layers: end.layers,
    });
    const layer = await get(jobId, "darkness.json");
    expect(layer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(layer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await layer.text()).toBe(gridFile);
    const etag = layer.headers.get("etag") ?? "";
    expect((await get(jobId, "darkness.json", { "if-none-match": etag })).status).toBe(304);
    expect(await (await get(jobId, "darkness.json", { range: "bytes=1-8" })).text()).toBe('"values"');
    expect((await get(jobId, "other.json")).status).toBe(404);
    expect((await get(jobId, "..%2F..%2Fsource")).status).toBe(404);
  });

  test("who asks the same while it waits gets that job; who asks something else, another one", async () => {
    const { imageId } = await tiledSlide(server, made);
    const submitAll = (parameters: object[]) =>
      Promise.all(
        parameters.map((each) =>
          server.client.analysis.submit.mutate({ imageId, kind: "darkness", parameters: { ...each } }),
        ),
      );
    const same = await submitAll([{}, { cellPx: 512 }, { label: "dark" }, {}]);
    expect(new Set(same.map(({ jobId }) => jobId)).size).toBe(1);
    const [other] = await submitAll([{ cellPx: 16 }]);
    expect(other?.jobId).not.toBe(same[0]?.jobId);
    for (const _ of [1, 2]) await completePlainly(server, await claimAnalysis(server));
    const [again] = await submitAll([{}]);
    expect(again?.jobId).not.toBe(same[0]?.jobId);
    await completePlainly(server, await claimAnalysis(server));
    const { jobs } = await server.client.analysis.list.query({ imageId });
    expect(jobs.map(({ jobId }) => jobId)).toEqual([again, other, same[0]].map((job) => job?.jobId));
    expect((await server.client.analysis.list.query({ imageId, kind: "quality" })).jobs).toEqual([]);
  });

  test("a job goes to a worker that can do it, and says when there is none", async () => {
    const brightness = { ...darkness, name: "brightness" };
    await server.worker.analysis.registerKinds.mutate({ workerId: "optimist", kinds: [brightness] });
    const { imageId } = await tiledSlide(server, made);
    const { jobId, waiting } = await server.client.analysis.submit.mutate({ imageId, kind: "brightness" });
    expect(waiting).toEqual({ reason: "NO_WORKER" });
    const claim = { workerId, kinds: [kindId(darkness)], waitMs: 0 };
    expect(await server.worker.analysis.claim.mutate(claim)).toEqual({ assignment: null });
    const held = await claimAnalysis(server, [kindId(brightness)], "optimist");
    expect(held.jobId).toBe(jobId);
    // The server believes an answer for a moment.
    await expect
      .poll(async () => (await server.client.analysis.kinds.query()).kinds, { timeout: 90_000 })
      .toEqual([
        { ...brightness, isThere: true },
        { ...darkness, isThere: true },
      ]);
    const { kinds } = await server.client.analysis.kinds.query();
    expect(Object.keys(kinds[0]?.parametersSchema.properties ?? {})).toEqual(["label", "cellPx"]);
    await completePlainly(server, held);
  });

  test("many are asked for at once, and what is known of them is not told again", async () => {
    const { jobId } = await waitingAnalysis(server, made);
    const { version } = await statusOf(jobId);
    const nowhere = randomUUID();
    const jobs = [{ jobId }, { jobId, knownVersion: version }, { jobId: nowhere }];
    expect((await server.client.analysis.getStatuses.query({ jobs })).jobs).toMatchObject([
      { answer: "STATUS", status: { jobId, version, status: "PENDING", kind: { name: "darkness" } } },
      { answer: "UNCHANGED", jobId, version },
      { answer: "NOT_FOUND", code: "JOB_NOT_FOUND" },
    ]);
    await completePlainly(server, await claimAnalysis(server));
    const [known] = (await server.client.analysis.getStatuses.query({ jobs: [{ jobId, knownVersion: version }] })).jobs;
    expect(known).toMatchObject({ answer: "STATUS", status: { status: "COMPLETED", summary: expect.anything() } });
  });

  test("a finished analysis is removed with what it published; an active one is not", async () => {
    const { jobId } = await waitingAnalysis(server, made);
    await expect(server.client.analysis.remove.mutate({ jobId })).rejects.toEqual(refusedWith("JOB_NOT_FINISHED"));
    const held = await claimAnalysis(server);
    await completePlainly(server, held);
    expect((await get(jobId, "analysis.json")).status).toBe(200);
    // What this server has just told must not be told once more.
    expect(await statusOf(jobId)).toMatchObject({ status: "COMPLETED" });
    await server.client.analysis.remove.mutate({ jobId });
    await expect(statusOf(jobId)).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
    await expect(server.client.analysis.remove.mutate({ jobId })).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
    await vi.waitFor(
      async () => {
        expect((await get(jobId, "analysis.json")).status).toBe(404);
        await expect(readdir(join(server.dataDirectory, "storage/objects", held.outputPrefix))).rejects.toThrow(
          "ENOENT",
        );
      },
      { timeout: 90_000 },
    );
  });
});

describe("when the slide changes meanwhile", () => {
  test("a slide that is deleted takes its analyses with it, and their workers are told", async () => {
    const { imageId, jobId } = await waitingAnalysis(server, made);
    const held = await claimAnalysis(server);
    await server.client.images.delete.mutate({ imageId });
    const gone = refusedWith("JOB_NOT_FOUND");
    await expect(statusOf(jobId)).rejects.toEqual(gone);
    await expect(
      server.worker.analysis.heartbeat.mutate({ jobId, attempt: 1, stage: "READING", stageFraction: 0 }),
    ).rejects.toEqual(gone);
    await expect(send(server, held, { "darkness.json": gridFile })).rejects.toEqual(gone);
    await expect(completePlainly(server, held)).rejects.toEqual(gone);
  });

  test("what waits or is worked on ends once another pyramid is shown; what is finished stays", async () => {
    const { imageId, tilingJobId, jobId: finished } = await waitingAnalysis(server, made);
    await completePlainly(server, await claimAnalysis(server));
    const submitWith = (cellPx: number) =>
      server.client.analysis.submit.mutate({ imageId, kind: "darkness", parameters: { cellPx } });
    const underWay = await submitWith(100);
    const held = await claimAnalysis(server);
    const waiting = await submitWith(200);
    await retile(server, imageId, made);
    for (const { jobId } of [underWay, waiting]) {
      expect(await statusOf(jobId)).toMatchObject({ status: "FAILED", failure: { code: "PYRAMID_GONE" } });
    }
    await expect(completePlainly(server, held)).rejects.toEqual(refusedWith("STALE_ATTEMPT"));
    const claim = { workerId, kinds: [kindId(darkness)], waitMs: 0 };
    expect(await server.worker.analysis.claim.mutate(claim)).toEqual({ assignment: null });
    expect(await statusOf(finished)).toMatchObject({ status: "COMPLETED", pyramidJobId: tilingJobId });
    expect((await get(finished, "analysis.json")).status).toBe(200);

    const retried = await server.client.analysis.retry.mutate({ jobId: waiting.jobId });
    expect(retried).toMatchObject({ status: "PENDING", parameters: { cellPx: 200 } });
    expect(retried.pyramidJobId).not.toBe(tilingJobId);
    await completePlainly(server, await claimAnalysis(server));
  });
});

test("an image without a pyramid is refused", async () => {
  const { imageId, jobId } = await submit(server);
  const submitting = server.client.analysis.submit.mutate({ imageId, kind: "darkness" });
  await expect(submitting).rejects.toEqual(refusedWith("NO_PYRAMID"));
  await server.client.tiling.cancel.mutate({ jobId });
  const other = server.client.analysis.submit.mutate({ imageId: randomUUID(), kind: "darkness" });
  await expect(other).rejects.toEqual(refusedWith("IMAGE_NOT_FOUND"));
});
