import { sweepStore } from "@tilewright/core/storage";
import { createRepositories } from "@tilewright/db";
import { S3ObjectStore } from "@tilewright/storage/s3";
import { createTestBucket } from "@tilewright/storage/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makePyramid } from "../published.ts";
import { createTestPorts } from "../test-ports.ts";
import { refusedWith, startTestServer, submit, type TestServer } from "../test-server.ts";
import { claimAnalysis, darkness, findings, gridFile, gridLayer, send, tile, workerId } from "./analyst.ts";

let store: S3ObjectStore;
let server: TestServer;
let imageId: string;
beforeAll(async () => {
  const { environment, storageUrl } = await createTestBucket();
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  store = await S3ObjectStore.open({ url: new URL(storageUrl) });
  server = await startTestServer({ STORAGE_URL: storageUrl });
  await server.worker.analysis.registerKinds.mutate({ workerId, kinds: [darkness] });
  ({ imageId } = await submit(server));
  await tile(server, await makePyramid(), { put: (key, content) => store.put(key, content) });
});
afterAll(async () => {
  await server.stop();
  vi.unstubAllEnvs();
});

const claimed = async () => {
  await server.client.analysis.submit.mutate({ imageId, kind: darkness.name });
  return claimAnalysis(server);
};
const uploads = async () =>
  (await Array.fromAsync(store.listMultiparts(`images/${imageId}/analyses/`))).map(({ key }) => key);

test("layers go to the store itself, may be put right, and are served from there", async () => {
  const { jobId, attempt, outputPrefix } = await claimed();
  const opened = await server.worker.analysis.openOutputs.mutate({
    ...{ jobId, attempt, files: [{ name: "darkness.json", sizeBytes: 1 }] },
  });
  expect(opened.files[0]?.url).not.toContain(server.address);
  const complete = () => server.worker.analysis.markComplete.mutate({ jobId, attempt, ...findings([gridLayer()]) });
  await expect(complete()).rejects.toEqual(refusedWith("LAYER_MISSING"));
  await send(server, { jobId, attempt }, { "darkness.json": gridFile.replace("0.1", "0.2") });
  await expect(complete()).rejects.toEqual(refusedWith("RESULT_INVALID"));
  await send(server, { jobId, attempt }, { "darkness.json": gridFile, "unnamed.json": "{}" });
  expect((await complete()).status).toBe("COMPLETED");
  expect(await (await fetch(`${server.address}/analyses/${jobId}/darkness.json`)).text()).toBe(gridFile);
  const stored = await Array.fromAsync(store.list(outputPrefix), ({ key }) => key.slice(outputPrefix.length));
  expect([stored.sort(), await uploads()]).toEqual([["analysis.json", "darkness.json"], []]);
});

test("what an attempt sent that was cancelled is swept", async () => {
  const { jobId, attempt } = await claimed();
  await send(server, { jobId, attempt }, { "darkness.json": gridFile });
  expect(await uploads()).toHaveLength(1);
  await server.client.analysis.cancel.mutate({ jobId });
  const own = await createTestPorts();
  const ports = { ...own.ports, ...createRepositories(server.database), objects: store };
  await sweepStore(ports, new AbortController().signal);
  await own.drop();
  expect(await uploads()).toEqual([]);
});
