import { once } from "node:events";
import { access, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import type { MultipartUpload } from "@tilewright/core/storage";
import { planParts } from "@tilewright/core/upload";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DiskObjectStore } from "../src/index.ts";
import { content, describeObjectStore } from "./object-store-contract.ts";

const MiB = 2 ** 20;
let directory: string;
let store: DiskObjectStore;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tilewright-storage-"));
  store = await DiskObjectStore.open(options());
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const options = () => ({ directory, signingSecret: "a secret of this test" });

describeObjectStore(async () => ({
  store,
  hasty: await DiskObjectStore.open({ ...options(), partAddressLifetimeMs: -1 }),
  send: (url, body) => store.acceptPart(url, null, Readable.from([body])),
}));

test("a file is moved in, and the last object takes its folders with it", async () => {
  const draft = join(directory, "draft.tif");
  await writeFile(draft, "pyramid");
  await store.putFile("images/moved/tilings/1/pyramid.tif", draft);
  await expect(access(draft)).rejects.toThrow();
  await store.deleteMany(["images/moved/tilings/1/pyramid.tif"]);
  expect(await readdir(join(directory, "objects/images"))).not.toContain("moved");
});

test("drafts that a killed process left go after a day, and younger ones stay", async () => {
  const [old, young] = ["old", "young"].map((name) => join(directory, "drafts", `${name}.draft`)) as [string, string];
  for (const path of [old, young]) await writeFile(path, "half an object");
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1_000);
  await utimes(old, twoDaysAgo, twoDaysAgo);
  await DiskObjectStore.open(options());
  await expect(access(old)).rejects.toThrow();
  await access(young);
  await store.put("images/drafted/manifest.json", Buffer.from("{}"));
  expect(await readdir(join(directory, "drafts"))).toEqual(["young.draft"]);
  expect(await readdir(join(directory, "objects/images/drafted"))).toEqual(["manifest.json"]);
});

describe("multipart uploads on a disk", () => {
  const sizeBytes = 20 * MiB;
  const layout = planParts(sizeBytes);
  const bytes = (partNumber: number, length: number) => Buffer.alloc(length, partNumber);
  let upload: MultipartUpload;
  let next = 0;

  const begin = async () => {
    next += 1;
    upload = await store.createMultipart(`images/disk-${next}/source`, layout);
  };
  const send = async (partNumber: number, body: Buffer | Readable, announced: number | null = null) => {
    const size = partNumber === 3 ? 4 * MiB : 8 * MiB;
    const { url } = await store.signPart(upload, partNumber, size);
    return store.acceptPart(url, announced, Buffer.isBuffer(body) ? Readable.from([body]) : body);
  };
  const numbers = async () => (await store.listParts(upload)).map((part) => part.partNumber);

  test("completing is a rename: nothing is left where the parts were", async () => {
    await begin();
    for (const partNumber of [3, 1, 2]) await send(partNumber, bytes(partNumber, partNumber === 3 ? 4 * MiB : 8 * MiB));
    await store.completeMultipart(upload);
    expect(await readdir(join(directory, "uploads"))).not.toContain(upload.storageUploadId);
  });

  test("a part too large, too small or wrongly announced is refused and does not count", async () => {
    await begin();
    await expect(send(3, bytes(3, 4 * MiB + 1))).rejects.toMatchObject({ code: "PART_TOO_LARGE" });
    await expect(send(3, bytes(3, 4 * MiB - 1))).rejects.toMatchObject({ code: "PART_TOO_SMALL" });
    await expect(send(3, bytes(3, 4 * MiB), 5 * MiB)).rejects.toMatchObject({ code: "PART_TOO_LARGE" });
    await expect(send(3, bytes(3, 4 * MiB), 3 * MiB)).rejects.toMatchObject({ code: "PART_TOO_SMALL" });
    expect(await numbers()).toEqual([]);
  });

  test("a part too large never touches its neighbour", async () => {
    await begin();
    await send(2, bytes(2, 8 * MiB));
    await expect(send(1, bytes(9, 9 * MiB))).rejects.toMatchObject({ code: "PART_TOO_LARGE" });
    await send(1, bytes(1, 8 * MiB));
    await send(3, bytes(3, 4 * MiB));
    await store.completeMultipart(upload);
    expect(await store.read(upload.key, { start: 8 * MiB, end: 8 * MiB + 1 })).toEqual(Buffer.from([2]));
  });

  test("a part that is cut off does not count, not even where an earlier one did", async () => {
    await begin();
    await send(1, bytes(1, 8 * MiB));
    const body = new PassThrough();
    const sending = send(1, body);
    body.write(bytes(7, MiB));
    body.destroy(new Error("the line went dead"));
    await expect(sending).rejects.toThrow("the line went dead");
    expect(await numbers()).toEqual([]);
  });

  test("of two requests for the same part the later one wins", async () => {
    await begin();
    const stalled = new PassThrough();
    const first = expect(send(1, stalled)).rejects.toThrow("sent again");
    stalled.write(bytes(7, MiB));
    await once(stalled, "drain");
    await send(1, bytes(1, 8 * MiB));
    await first;
    await send(2, bytes(2, 8 * MiB));
    await send(3, bytes(3, 4 * MiB));
    await store.completeMultipart(upload);
    expect((await content(store, upload.key)).subarray(0, 8 * MiB).equals(bytes(1, 8 * MiB))).toBe(true);
  });

  test("of two requests that come together the later one wins", async () => {
    await begin();
    const first = expect(send(1, bytes(7, 8 * MiB))).rejects.toThrow("sent again");
    await send(1, bytes(1, 8 * MiB));
    await first;
    expect(await numbers()).toEqual([1]);
  });

  test("nothing is completed while parts are missing", async () => {
    await begin();
    await send(1, bytes(1, 8 * MiB));
    await expect(store.completeMultipart(upload)).rejects.toMatchObject({ code: "PARTS_MISSING" });
    expect(await store.head(upload.key)).toBeNull();
    expect(await numbers()).toEqual([1]);
  });

  test("completing waits for nobody: a part still under way is stopped and can't change the object", async () => {
    await begin();
    for (const partNumber of [1, 2, 3]) await send(partNumber, bytes(partNumber, partNumber === 3 ? 4 * MiB : 8 * MiB));
    const late = new PassThrough();
    const sending = expect(send(1, late)).rejects.toThrow();
    late.write(bytes(9, MiB));
    await expect.poll(numbers).toEqual([2, 3]);
    await expect(store.completeMultipart(upload)).rejects.toMatchObject({ code: "PARTS_MISSING" });
    await sending;
    await send(1, bytes(1, 8 * MiB));
    await store.completeMultipart(upload);
    await expect(send(1, bytes(9, 8 * MiB))).rejects.toMatchObject({ code: "UPLOAD_CLOSED" });
    expect((await content(store, upload.key)).subarray(0, 8 * MiB).equals(bytes(1, 8 * MiB))).toBe(true);
  });

  test("an aborted upload leaves nothing on the disk", async () => {
    await begin();
    await send(1, bytes(1, 8 * MiB));
    await store.abortMultipart(upload);
    await expect(send(1, bytes(1, 8 * MiB))).rejects.toMatchObject({ code: "UPLOAD_CLOSED" });
    expect(await readdir(join(directory, "uploads"))).not.toContain(upload.storageUploadId);
  });

  test("an address that was changed or is over says which", async () => {
    await begin();
    const { url } = await store.signPart(upload, 1, 8 * MiB);
    const body = () => Readable.from([bytes(1, 8 * MiB)]);
    await expect(store.acceptPart(url.replace("/1?", "/2?"), null, body())).rejects.toMatchObject({
      code: "PART_URL_INVALID",
    });
    await expect(store.acceptPart(url.replace(/size=\d+/, "size=1"), null, body())).rejects.toMatchObject({
      code: "PART_URL_INVALID",
    });
    const hasty = await DiskObjectStore.open({ ...options(), partAddressLifetimeMs: -1 });
    const expired = await hasty.signPart(upload, 1, 8 * MiB);
    await expect(store.acceptPart(expired.url, null, body())).rejects.toMatchObject({ code: "PART_URL_EXPIRED" });
  });
});

test("a folder that disappears while objects are listed hides none of the others", async () => {
  const keys = [1, 2, 3, 4].map((number) => `images/walk/${number}/pyramid.tif`);
  for (const key of keys) await store.put(key, Buffer.from("x"));
  const seen: string[] = [];
  for await (const { key } of store.list("images/walk/")) {
    if (seen.length === 0) await store.deleteMany(keys.filter((each) => each !== key && each !== keys[3]));
    seen.push(key);
  }
  expect(seen).toContain(keys[3]);
  expect(seen.length).toBe(new Set(seen).size);
});

describe("giving up half-way", () => {
  const reason = new Error("cancelled");

  test("a download that is given up throws the reason", async () => {
    await store.put("images/c/source", Buffer.from("0123456789"));
    await expect(Array.fromAsync(store.get("images/c/source", undefined, AbortSignal.abort(reason)))).rejects.toBe(
      reason,
    );
  });

  test("a file whose storing is given up never becomes visible, and stays where it was", async () => {
    const path = join(directory, "given-up.tif");
    await writeFile(path, "pyramid");
    await expect(store.putFile("images/c/pyramid.tif", path, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    expect(await store.head("images/c/pyramid.tif")).toBeNull();
    expect(await readdir(directory)).toContain("given-up.tif");
  });
});

test("open uploads are listed by their key, and broken ones whatever their key was", async () => {
  const layout = planParts(MiB);
  const own = await store.createMultipart("images/d/source", layout);
  await store.createMultipart("elsewhere/d/source", layout);
  const broken = await store.createMultipart("images/e/source", layout);
  await rm(join(directory, "uploads", broken.storageUploadId, "layout.json"));
  const listed = await Array.fromAsync(store.listMultiparts("images/"));
  expect(listed).toContainEqual({ ...own, startedAt: expect.any(Date) });
  expect(listed).toContainEqual({ key: "", storageUploadId: broken.storageUploadId, startedAt: expect.any(Date) });
  expect(listed.map(({ key }) => key)).not.toContain("elsewhere/d/source");
});
