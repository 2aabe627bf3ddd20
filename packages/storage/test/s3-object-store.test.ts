import { createTestBucket, FaultyLine, storageUrlOf, type TestBucket } from "@tilewright/storage/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { openObjectStore } from "../src/index.ts";
import { S3ObjectStore } from "../src/s3/s3-object-store.ts";
import { content, describeObjectStore, pattern } from "./object-store-contract.ts";

const MiB = 2 ** 20;
let bucket: TestBucket;
let url: URL;
let store: S3ObjectStore;
beforeAll(async () => {
  bucket = await createTestBucket();
  for (const [name, value] of Object.entries(bucket.environment)) vi.stubEnv(name, value);
  url = new URL(bucket.storageUrl);
  store = await S3ObjectStore.open({ url });
});
afterAll(() => vi.unstubAllEnvs());

const put = async (address: string, body: Buffer) => {
  const response = await fetch(address, { method: "PUT", body: new Uint8Array(body) });
  if (!response.ok) throw new Error(`refused with HTTP ${response.status}`);
};

describeObjectStore(async () => ({
  store,
  hasty: await S3ObjectStore.open({ url, partAddressLifetimeMs: 1 }),
  send: put,
}));

test("more objects, parts and uploads than one page of the store has are all found", async () => {
  const paging = await S3ObjectStore.open({ url, pageSize: 2 });
  const numbers = [1, 2, 3, 4, 5];
  const upload = await store.createMultipart("images/pages/1");
  for (const number of numbers) {
    await put((await store.signPart(upload, number, 1)).url, Buffer.from("x"));
    await store.put(`images/pages/${number}`, Buffer.from("x"));
  }
  expect((await paging.listParts(upload)).map(({ partNumber }) => partNumber)).toEqual(numbers);
  const keys = (await Array.fromAsync(paging.list("images/pages/"))).map(({ key }) => key);
  expect(keys).toEqual(numbers.map((number) => `images/pages/${number}`));
  const others = await Promise.all(numbers.slice(1).map((number) => store.createMultipart(`images/pages/${number}`)));
  const open = await Array.fromAsync(paging.listMultiparts("images/pages/"));
  expect(new Set(open.map(({ storageUploadId }) => storageUploadId)).size).toBe(numbers.length);
  for (const each of [upload, ...others]) await store.abortMultipart(each);
  expect(await Array.fromAsync(paging.listMultiparts("images/pages/"))).toEqual([]);
});

test("parts do not pass this process: their addresses lead to the store", async () => {
  const upload = await store.createMultipart("images/origin/source");
  const { url: address } = await store.signPart(upload, 1, 8 * MiB);
  expect(new URL(address).origin).toBe(store.partOrigin);
  await store.abortMultipart(upload);
  const behind = new URL(`${url.href}&publicEndpoint=https://store.example`);
  expect((await S3ObjectStore.open({ url: behind })).partOrigin).toBe("https://store.example");
});

describe("a store that can't do its work", () => {
  const unavailable = (sentence: RegExp) => ({ code: "STORAGE_UNAVAILABLE", message: expect.stringMatching(sentence) });
  const at = (address: string) => ({ url: new URL(storageUrlOf(url.hostname, address)), silenceMs: 500 });

  test("refuses wrong credentials in so many words", async () => {
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another secret");
    const stranger = await S3ObjectStore.open({ url });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", bucket.environment["AWS_SECRET_ACCESS_KEY"] ?? "");
    const refusal = unavailable(/credentials/);
    await expect(stranger.put("images/x", Buffer.from("x"))).rejects.toMatchObject(refusal);
    await expect(content(stranger, "images/x")).rejects.toMatchObject(refusal);
    await expect(Array.fromAsync(stranger.list(""))).rejects.toMatchObject(refusal);
  });

  test("has no such bucket", async () => {
    const elsewhere = await S3ObjectStore.open({ url: new URL(url.href.replace(url.hostname, "no-such-bucket")) });
    await expect(elsewhere.put("images/x", Buffer.from("x"))).rejects.toMatchObject(unavailable(/bucket/));
  });

  test("is down", async () => {
    const line = await FaultyLine.to(store.partOrigin);
    const { address } = line;
    await line.close();
    const away = await S3ObjectStore.open(at(address));
    const refusal = unavailable(/does not answer/);
    await expect(away.head("images/x")).rejects.toMatchObject(refusal);
    await expect(away.createMultipart("images/x")).rejects.toMatchObject(refusal);
  });

  describe("in the middle of an answer", () => {
    let line: FaultyLine;
    let fragile: S3ObjectStore;
    const bytes = pattern(5 * MiB);
    beforeAll(async () => {
      await store.put("images/fragile/source", bytes);
      line = await FaultyLine.to(store.partOrigin);
      fragile = await S3ObjectStore.open(at(line.address));
    });
    afterEach(() => line.faults.splice(0));
    afterAll(() => line.close());

    test.each(["cut", "stall"] as const)("(%s) is asked for the rest, and only for the rest", async (kind) => {
      line.faults.push({ kind, afterBytes: MiB }, { kind, afterBytes: 2 * MiB });
      const before = line.receivedBytes;
      expect((await content(fragile, "images/fragile/source")).equals(bytes)).toBe(true);
      expect(line.faults).toEqual([]);
      expect(line.receivedBytes - before).toBeLessThan(bytes.length + MiB);
    });

    test("is given up when it never gets further", async () => {
      line.faults.push(...Array.from({ length: 50 }, () => ({ kind: "cut", afterBytes: 100 }) as const));
      await expect(content(fragile, "images/fragile/source")).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    });
  });
});

describe("an address", () => {
  test.each([
    "s3:///prefix",
    "s3://bucket?endpoint=ftp://x",
    "s3://bucket?endpiont=http://x",
    "s3://key:secret@bucket/prefix",
  ])("like %s is refused with a sentence", async (address) => {
    await expect(openObjectStore(address, "secret")).rejects.toThrow(/STORAGE_URL/);
  });

  test("of Amazon's own needs no endpoint", async () => {
    const own = await S3ObjectStore.open({ url: new URL("s3://bucket/prefix?region=eu-central-1") });
    expect(own.partOrigin).toBe("https://bucket.s3.eu-central-1.amazonaws.com");
  });
});
