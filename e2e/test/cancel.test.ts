import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { TilingFailedError } from "@tilewright/client";
import { fileSource } from "@tilewright/client/node";
import { openObjectStore } from "@tilewright/storage";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { decodersAtWork, Gate, type GatedWorker, startGatedWorker, workerToken } from "./gated-worker.ts";
import { makePicture, type Picture } from "./picture.ts";
import { Product } from "./product.ts";

let large: Picture;
let small: Picture;
let product: Product;
let worker: GatedWorker | null = null;
beforeAll(async () => {
  large = await makePicture(8_003, 6_001, "jpg");
  small = await makePicture(1_503, 1_201, "png");
  product = await Product.start({
    WORKERS: "0",
    WORKER_TOKEN: workerToken,
    HEARTBEAT_MS: "100",
    LEASE_MS: "4000",
    SHARE_SAME_BYTES: "false",
  });
});
afterEach(async () => {
  await worker?.stop();
  worker = null;
});
afterAll(() => product.stop());

const upload = async (picture: Picture) =>
  product.client.uploadImage(await fileSource(picture.path), { fileName: "picture" });
const eventually = (expectation: () => void | Promise<void>) => vi.waitFor(expectation, { timeout: 90_000 });
const filesBelow = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) => entry.isFile());
const stored = async (imageId: string, below = "") => {
  const store = await openObjectStore(pathToFileURL(join(product.dataDirectory, "storage")).href, "reads only");
  return Array.fromAsync(store.list(`images/${imageId}/${below}`));
};

/** Nothing of an attempt is left: no decoder at work, no scratch file, no published object. */
const expectNoTrace = (imageId: string) =>
  eventually(async () => {
    expect(await decodersAtWork()).toEqual([]);
    expect(await filesBelow(worker?.scratchDirectory ?? "")).toEqual([]);
    expect(await stored(imageId, "tilings/")).toEqual([]);
  });

const phases = [
  {
    phase: "downloading",
    begin: async () => {
      const downloading = new Gate();
      worker = await startGatedWorker(product, { downloading });
      const { imageId, jobId } = await upload(small);
      await downloading.reached;
      return { imageId, jobId, goOn: () => downloading.open() };
    },
  },
  {
    phase: "tiling",
    begin: async () => {
      worker = await startGatedWorker(product);
      const { imageId, jobId } = await upload(large);
      await eventually(async () => {
        const { tilesDone } = await product.client.tiling.getStatus.query({ jobId });
        expect(tilesDone).toBeGreaterThan(0);
      });
      expect((await decodersAtWork()).length).toBeGreaterThan(0);
      return { imageId, jobId, goOn: () => {} };
    },
  },
  {
    phase: "publishing",
    begin: async () => {
      const publishing = new Gate();
      worker = await startGatedWorker(product, { publishing });
      const { imageId, jobId } = await upload(small);
      await publishing.reached;
      return { imageId, jobId, goOn: () => publishing.open() };
    },
  },
];

describe.each(phases)("while $phase", ({ begin }) => {
  test("a cancelled tiling leaves nothing behind but the file, and a retry tiles it after all", async () => {
    const { imageId, jobId, goOn } = await begin();
    await product.client.tiling.cancel.mutate({ jobId });
    await expectNoTrace(imageId);
    expect(await stored(imageId)).toHaveLength(1);
    await expect(product.client.waitUntilReady(imageId)).rejects.toBeInstanceOf(TilingFailedError);
    goOn();
    const retried = await product.client.tiling.retry.mutate({ jobId });
    expect(await product.client.waitUntilReady(imageId)).toMatchObject({ jobId: retried.jobId, status: "COMPLETED" });
    expect(await product.client.tiling.getStatus.query({ jobId })).toMatchObject({ failure: { code: "CANCELLED" } });
  });

  test("a deleted slide leaves nothing at all, and the worker takes the next job", async () => {
    const { imageId, jobId, goOn } = await begin();
    await product.client.images.delete.mutate({ imageId });
    await expectNoTrace(imageId);
    await eventually(async () => expect(await stored(imageId)).toEqual([]));
    await expect(product.client.tiling.getStatus.query({ jobId })).rejects.toMatchObject({
      data: { tilewright: { code: "JOB_NOT_FOUND" } },
    });
    goOn();
    const next = await upload(small);
    expect(await product.client.waitUntilReady(next.imageId)).toMatchObject({ status: "COMPLETED" });
  });
});

test("a worker that is never told of its success leaves the published pyramid alone", async () => {
  const lost = Promise.withResolvers<void>();
  worker = await startGatedWorker(product, {
    client: (client) => ({
      ...client,
      tiling: new Proxy(client.tiling, {
        get: (calls, name) =>
          name !== "markComplete"
            ? Reflect.get(calls, name)
            : {
                async mutate(input: Parameters<typeof calls.markComplete.mutate>[0]) {
                  await calls.markComplete.mutate(input);
                  lost.resolve();
                  throw new TypeError("fetch failed");
                },
              },
      }),
    }),
  });
  const { imageId } = await upload(small);
  await lost.promise;
  const { jobId } = await product.client.waitUntilReady(imageId);
  // The worker has given the attempt up once its scratch is gone and it asks for the next job.
  await eventually(async () => expect(await readdir(worker?.scratchDirectory ?? "")).toEqual([]));
  const tile = await fetch(product.client.dziUrl(jobId));
  expect(tile.status).toBe(200);
  expect(await stored(imageId, "tilings/")).toHaveLength(2);
});
