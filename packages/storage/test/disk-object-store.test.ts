import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { type MultipartUpload, type ObjectInfo, planParts } from "@tilewright/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DiskObjectStore } from "../src/index.ts";

const MiB = 2 ** 20;
let directory: string;
let store: DiskObjectStore;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tilewright-storage-"));
  store = await DiskObjectStore.open({ directory, signingSecret: "a secret of this test" });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => Array.fromAsync(items);
const content = async (key: string) => Buffer.concat(await collect(store.get(key)));

describe("objects", () => {
  test("come back byte for byte, whole and in ranges", async () => {
    await store.put("images/a/manifest.json", Buffer.from("0123456789"));
    expect((await content("images/a/manifest.json")).toString()).toBe("0123456789");
    expect(Buffer.from(await store.read("images/a/manifest.json", { start: 2, end: 5 })).toString()).toBe("234");
    expect(Buffer.concat(await collect(store.get("images/a/manifest.json", { start: 8, end: 10 }))).toString()).toBe(
      "89",
    );
    expect(await store.head("images/a/manifest.json")).toMatchObject({ sizeBytes: 10 });
  });

  test("an unknown key is nothing to head and a typed error to read", async () => {
    expect(await store.head("images/none")).toBeNull();
    await expect(store.read("images/none", { start: 0, end: 1 })).rejects.toMatchObject({ code: "OBJECT_NOT_FOUND" });
    await expect(content("images/none")).rejects.toMatchObject({ code: "OBJECT_NOT_FOUND" });
  });

  test.each(["../secrets.json", "images/../../x", "/etc/passwd", "a//b", "", "a/./b"])(
    "the key %j leads nowhere",
    (key) => {
      expect(() => store.localPath(key)).toThrow(expect.objectContaining({ code: "OBJECT_NOT_FOUND" }));
    },
  );

  test("a file is moved in, listed by prefix and deleted with its folders", async () => {
    const draft = join(directory, "draft.tif");
    await writeFile(draft, "pyramid");
    await store.putFile("images/b/tilings/1/pyramid.tif", draft);
    await store.put("images/b2/manifest.json", Buffer.from("{}"));
    const keys = (await collect(store.list("images/b/"))).map((object: ObjectInfo) => object.key);
    expect(keys).toEqual(["images/b/tilings/1/pyramid.tif"]);
    await store.deleteMany([...keys, "images/b/never-there"]);
    expect(await store.head("images/b/tilings/1/pyramid.tif")).toBeNull();
    expect(await readdir(join(directory, "objects/images"))).not.toContain("b");
  });
});

describe("multipart uploads", () => {
  const sizeBytes = 20 * MiB;
  const layout = planParts(sizeBytes);
  const bytes = (partNumber: number, length: number) => Buffer.alloc(length, partNumber);
  let upload: MultipartUpload;
  let next = 0;

  const begin = async () => {
    next += 1;
    upload = await store.createMultipart(`images/upload-${next}/source`, layout);
  };
  const send = async (partNumber: number, body: Buffer | Readable, announced: number | null = null) => {
    const size = partNumber === 3 ? 4 * MiB : 8 * MiB;
    const { url } = await store.signPart(upload, partNumber, size);
    return store.acceptPart(url, announced, Buffer.isBuffer(body) ? Readable.from([body]) : body);
  };
  const numbers = async () => (await store.listParts(upload)).map((part) => part.partNumber);

  test("parts in any order become one object, and completing again is a no-op", async () => {
    await begin();
    for (const partNumber of [3, 1, 2]) await send(partNumber, bytes(partNumber, partNumber === 3 ? 4 * MiB : 8 * MiB));
    expect(await numbers()).toEqual([1, 2, 3]);
    expect(await store.completeMultipart(upload)).toMatchObject({ sizeBytes });
    expect(await store.completeMultipart(upload)).toMatchObject({ sizeBytes });
    const whole = await content(upload.key);
    expect(whole.equals(Buffer.concat([bytes(1, 8 * MiB), bytes(2, 8 * MiB), bytes(3, 4 * MiB)]))).toBe(true);
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
    const first = send(1, stalled);
    const firstEnd = expect(first).rejects.toThrow();
    stalled.write(bytes(7, MiB));
    if (stalled.readableLength > 0) await once(stalled, "data").catch(() => {});
    await send(1, bytes(1, 8 * MiB));
    await firstEnd;
    await send(2, bytes(2, 8 * MiB));
    await send(3, bytes(3, 4 * MiB));
    await store.completeMultipart(upload);
    expect((await content(upload.key)).subarray(0, 8 * MiB).equals(bytes(1, 8 * MiB))).toBe(true);
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
    expect((await content(upload.key)).subarray(0, 8 * MiB).equals(bytes(1, 8 * MiB))).toBe(true);
  });

  test("an aborted upload leaves nothing, and aborting again is a no-op", async () => {
    await begin();
    await send(1, bytes(1, 8 * MiB));
    await store.abortMultipart(upload);
    await store.abortMultipart(upload);
    await expect(store.listParts(upload)).rejects.toMatchObject({ code: "UPLOAD_CLOSED" });
    await expect(send(1, bytes(1, 8 * MiB))).rejects.toMatchObject({ code: "UPLOAD_CLOSED" });
    expect(await readdir(join(directory, "uploads"))).not.toContain(upload.storageUploadId);
  });

  test("an address takes its own part only, and not for ever", async () => {
    await begin();
    const { url } = await store.signPart(upload, 1, 8 * MiB);
    const body = () => Readable.from([bytes(1, 8 * MiB)]);
    await expect(store.acceptPart(url.replace("/1?", "/2?"), null, body())).rejects.toMatchObject({
      code: "PART_URL_INVALID",
    });
    await expect(store.acceptPart(url.replace(/size=\d+/, "size=1"), null, body())).rejects.toMatchObject({
      code: "PART_URL_INVALID",
    });
    const hasty = await DiskObjectStore.open({
      directory,
      signingSecret: "a secret of this test",
      partAddressLifetimeMs: -1,
    });
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
    await expect(collect(store.get("images/c/source", undefined, AbortSignal.abort(reason)))).rejects.toBe(reason);
  });

  test("a file whose storing is given up never becomes visible, and stays where it was", async () => {
    const path = join(directory, "given-up.tif");
    await writeFile(path, "pyramid");
    await expect(store.putFile("images/c/pyramid.tif", path, AbortSignal.abort(reason))).rejects.toBe(reason);
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
  const listed = await collect(store.listMultiparts("images/"));
  expect(listed).toContainEqual({ ...own, startedAt: expect.any(Date) });
  expect(listed).toContainEqual({ key: "", storageUploadId: broken.storageUploadId, startedAt: expect.any(Date) });
  expect(listed.map(({ key }) => key)).not.toContain("elsewhere/d/source");
});
