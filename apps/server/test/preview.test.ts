import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { previewKey } from "@tilewright/core/tiling";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claim, refusedWith, startTestServer, submit, type TestServer } from "./test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ LEASE_MS: "60000" });
});
afterAll(() => server.stop());

const bytes = "stands in for a small pyramid";
const preview = {
  widthPx: 2_048,
  heightPx: 1_024,
  imageWidthPx: 80_000,
  imageHeightPx: 40_000,
  levelCount: 12,
  tileSizePx: 256,
  sizeBytes: bytes.length,
};

async function publish(outputPrefix: string): Promise<void> {
  const path = join(server.dataDirectory, "storage", "objects", previewKey(outputPrefix));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

const statusOf = (jobId: string) => server.client.tiling.getStatus.query({ jobId });

test("watchers learn of a preview once it is stored, and it goes with its attempt", async () => {
  const { jobId } = await submit(server);
  const { attempt, outputPrefix } = await claim(server);
  const show = () => server.worker.tiling.showPreview.mutate({ jobId, attempt, preview });
  await expect(show()).rejects.toEqual(refusedWith("PREVIEW_MISSING"));
  await publish(outputPrefix);
  const before = await statusOf(jobId);
  expect(before.preview).toBeNull();
  await show();
  expect(await statusOf(jobId)).toMatchObject({ status: "IN_PROGRESS", preview, version: before.version + 1 });

  await server.worker.tiling.markFailed.mutate({ jobId, attempt, code: "STORAGE_UNAVAILABLE", reason: "Gone." });
  expect(await statusOf(jobId)).toMatchObject({ status: "PENDING", preview: null });
  await expect(show()).rejects.toEqual(refusedWith("STALE_ATTEMPT"));
  expect((await fetch(new URL(`/previews/${jobId}/${attempt}/0/0_0.jpg`, server.address))).status).toBe(404);

  const again = await claim(server);
  await publish(again.outputPrefix);
  await expect(show()).rejects.toEqual(refusedWith("STALE_ATTEMPT"));
  await server.worker.tiling.showPreview.mutate({ jobId, attempt: again.attempt, preview });
  await server.client.tiling.cancel.mutate({ jobId });
  expect(await statusOf(jobId)).toMatchObject({ status: "FAILED", preview: null });
});
