import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MultipartUpload, ObjectStore } from "@tilewright/core/storage";
import { partSizeOf, planParts } from "@tilewright/core/upload";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const MiB = 2 ** 20;

export interface Subject {
  readonly store: ObjectStore;
  /** As `store`, but the addresses of its parts live only for a moment. */
  readonly hasty: ObjectStore;
  /** PUTs bytes at a part's address; rejects when they are refused. */
  send(url: string, body: Buffer): Promise<unknown>;
}

export const content = async (store: ObjectStore, key: string) =>
  Buffer.concat(await Array.fromAsync(store.get(key), Buffer.from));

/** Bytes that differ from place to place, so that a shifted or swapped range shows. */
export const pattern = (lengthBytes: number, seed = 1): Buffer => {
  const words = new Uint32Array(Math.ceil(lengthBytes / 4));
  for (let i = 0; i < words.length; i += 1) words[i] = Math.imul(i + 1, 2_654_435_761) ^ seed;
  return Buffer.from(words.buffer, 0, lengthBytes);
};

/** What every driver of the ObjectStore port does alike. */
export function describeObjectStore(open: () => Promise<Subject>): void {
  let subject: Subject;
  let store: ObjectStore;
  let scratch: string;
  beforeAll(async () => {
    subject = await open();
    ({ store } = subject);
    scratch = await mkdtemp(join(tmpdir(), "tilewright-contract-"));
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));
  const keysBelow = async (prefix: string) => (await Array.fromAsync(store.list(prefix))).map(({ key }) => key).sort();

  describe("objects", () => {
    test("come back byte for byte, whole and in ranges", async () => {
      expect(await store.put("images/a/manifest.json", Buffer.from("0123456789"))).toMatchObject({ sizeBytes: 10 });
      expect((await content(store, "images/a/manifest.json")).toString()).toBe("0123456789");
      const middle = await store.read("images/a/manifest.json", { start: 2, end: 5 });
      const offered = await store.read("images/a/manifest.json", { start: 2, end: 5 }, Buffer.alloc(3));
      expect(offered).toEqual(middle);
      expect(Buffer.from(middle).toString()).toBe("234");
      const tail = await Array.fromAsync(store.get("images/a/manifest.json", { start: 8, end: 10 }));
      expect(Buffer.concat(tail).toString()).toBe("89");
      expect(await Array.fromAsync(store.get("images/a/manifest.json", { start: 4, end: 4 }))).toEqual([]);
      const { etag } = (await store.head("images/a/manifest.json")) ?? {};
      const replaced = await store.put("images/a/manifest.json", Buffer.from("other"));
      expect(replaced.etag).not.toBe(etag);
      expect((await content(store, "images/a/manifest.json")).toString()).toBe("other");
    });

    test("may be empty", async () => {
      await store.put("images/a/empty", Buffer.alloc(0));
      expect(await store.head("images/a/empty")).toMatchObject({ sizeBytes: 0 });
      expect(await content(store, "images/a/empty")).toHaveLength(0);
    });

    test("an unknown key is nothing to head and a typed error to read", async () => {
      expect(await store.head("images/none")).toBeNull();
      const missing = { code: "OBJECT_NOT_FOUND" };
      await expect(store.read("images/none", { start: 0, end: 1 })).rejects.toMatchObject(missing);
      await expect(content(store, "images/none")).rejects.toMatchObject(missing);
    });

    test.each(["../secrets.json", "images/../../x", "/etc/passwd", "a//b", "", "a/./b"])(
      "the key %j leads nowhere",
      async (key) => {
        await expect(store.head(key)).rejects.toMatchObject({ code: "OBJECT_NOT_FOUND" });
        await expect(store.put(key, Buffer.alloc(1))).rejects.toMatchObject({ code: "OBJECT_NOT_FOUND" });
      },
    );

    test("of many that want to be the first under a key, one is, and it stays", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, i) => store.putNew("images/c/manifest.json", Buffer.from(`writer ${i}`))),
      );
      const winners = outcomes.flatMap((outcome, i) => (outcome ? [i] : []));
      expect(winners).toHaveLength(1);
      expect((await content(store, "images/c/manifest.json")).toString()).toBe(`writer ${winners[0]}`);
      expect(await store.putNew("images/c/manifest.json", Buffer.from("late"))).toBeNull();
      const again = await store.putNew("images/c/manifest.json", Buffer.from(`writer ${winners[0]}`));
      expect(again).toEqual(await store.head("images/c/manifest.json"));
      expect(await keysBelow("images/c/")).toEqual(["images/c/manifest.json"]);
    });

    test.each([7, 21 * MiB + 5])("a file of %d bytes is stored as it is", async (sizeBytes) => {
      const path = join(scratch, `${sizeBytes}.tif`);
      const bytes = pattern(sizeBytes);
      await writeFile(path, bytes);
      const key = `images/f/tilings/${sizeBytes}/pyramid.tif`;
      const stored: number[] = [];
      const options = { onStored: (bytes: number) => stored.push(bytes) };
      expect(await store.putFile(key, path, options)).toMatchObject({ key, sizeBytes });
      expect(stored).toEqual(stored.toSorted((a, b) => a - b));
      expect([undefined, sizeBytes]).toContain(stored.at(-1));
      expect((await content(store, key)).equals(bytes)).toBe(true);
    });

    test("a file whose storing is called off becomes no object", async () => {
      const path = join(scratch, "cancelled.tif");
      await writeFile(path, pattern(21 * MiB));
      const reason = new Error("cancelled");
      await expect(store.putFile("images/g/pyramid.tif", path, { signal: AbortSignal.abort(reason) })).rejects.toBe(
        reason,
      );
      expect(await keysBelow("images/g/")).toEqual([]);
      expect(await Array.fromAsync(store.listMultiparts("images/g/"))).toEqual([]);
    });

    test("reading ends once it is called off", async () => {
      await store.put("images/h/source", pattern(MiB));
      const stop = new AbortController();
      const reading = async () => {
        for await (const _ of store.get("images/h/source", undefined, stop.signal)) stop.abort(new Error("enough"));
      };
      await expect(reading()).rejects.toThrow();
    });

    test("are listed by prefix and deleted, whether they are there or not", async () => {
      for (const key of ["images/b/source", "images/b/tilings/1/pyramid.tif", "images/b2/source"]) {
        await store.put(key, Buffer.from(key));
      }
      expect(await keysBelow("images/b/")).toEqual(["images/b/source", "images/b/tilings/1/pyramid.tif"]);
      await store.deleteMany([...(await keysBelow("images/b/")), "images/b/never-there"]);
      expect(await keysBelow("images/b/")).toEqual([]);
      expect(await keysBelow("images/b2/")).toEqual(["images/b2/source"]);
      await store.deleteMany([]);
    });
  });

  describe("multipart uploads", () => {
    const layout = planParts(20 * MiB);
    let next = 0;
    const begin = () => {
      next += 1;
      return store.createMultipart(`images/upload-${next}/source`, layout);
    };
    const bytes = (partNumber: number) => pattern(partSizeOf(layout, partNumber), partNumber);
    const send = async (upload: MultipartUpload, partNumber: number, body = bytes(partNumber), from = store) => {
      const { url } = await from.signPart(upload, partNumber, partSizeOf(layout, partNumber));
      return subject.send(url, body);
    };
    const arrived = async (upload: MultipartUpload) =>
      (await store.listParts(upload)).map(({ partNumber, sizeBytes }) => [partNumber, sizeBytes]);

    test("parts in any order, one of them twice, become one object; completing again is a no-op", async () => {
      const upload = await begin();
      await send(upload, 2, pattern(8 * MiB, 99));
      for (const partNumber of [3, 1, 2]) await send(upload, partNumber);
      expect(await arrived(upload)).toEqual([
        [1, 8 * MiB],
        [2, 8 * MiB],
        [3, 4 * MiB],
      ]);
      expect(await store.head(upload.key)).toBeNull();
      expect(await store.completeMultipart(upload)).toMatchObject({ sizeBytes: 20 * MiB });
      expect(await store.completeMultipart(upload)).toMatchObject({ sizeBytes: 20 * MiB });
      const whole = await content(store, upload.key);
      expect(whole.equals(Buffer.concat([1, 2, 3].map(bytes)))).toBe(true);
      expect((await store.head(upload.key))?.etag).toMatch(/./);
    });

    test("say when each part arrived", async () => {
      const upload = await begin();
      await send(upload, 3);
      const [part] = await store.listParts(upload);
      expect(Math.abs((part?.arrivedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      await store.abortMultipart(upload);
    });

    test("are listed while they are open", async () => {
      const upload = await begin();
      const open = () => Array.fromAsync(store.listMultiparts(upload.key.replace("source", "")));
      expect(await open()).toMatchObject([{ ...upload, startedAt: expect.any(Date) }]);
      await store.abortMultipart(upload);
      expect(await open()).toEqual([]);
    });

    test("without any part there is nothing to complete", async () => {
      const upload = await begin();
      await expect(store.completeMultipart(upload)).rejects.toMatchObject({ code: "PARTS_MISSING" });
      expect(await store.head(upload.key)).toBeNull();
      await store.abortMultipart(upload);
    });

    test("given up, they leave nothing and take nothing; giving up again is a no-op", async () => {
      const upload = await begin();
      await send(upload, 1);
      const { url } = await store.signPart(upload, 2, 8 * MiB);
      await store.abortMultipart(upload);
      await store.abortMultipart(upload);
      await expect(store.listParts(upload)).rejects.toMatchObject({ code: "UPLOAD_CLOSED" });
      await expect(store.completeMultipart(upload)).rejects.toMatchObject({ code: "UPLOAD_CLOSED" });
      await expect(subject.send(url, bytes(2))).rejects.toThrow();
      expect(await store.head(upload.key)).toBeNull();
    });

    test.each([-1, 1])("a part that is %d byte too long does not arrive", async (excessBytes) => {
      const upload = await begin();
      await expect(send(upload, 3, pattern(4 * MiB + excessBytes))).rejects.toThrow();
      expect(await arrived(upload)).toEqual([]);
      await store.abortMultipart(upload);
    });

    test("an address takes its own part only, and not for ever", async () => {
      const upload = await begin();
      const { url, expiresAt } = await store.signPart(upload, 1, 8 * MiB);
      expect(expiresAt.getTime()).toBeGreaterThan(Date.now());
      const forged = url.replace("/1?", "/2?").replace("partNumber=1&", "partNumber=2&");
      expect(forged).not.toBe(url);
      await expect(subject.send(forged, bytes(2))).rejects.toThrow();
      const expired = await subject.hasty.signPart(upload, 3, 4 * MiB);
      const isRefused = () =>
        subject.send(expired.url, bytes(3)).then(
          () => false,
          () => true,
        );
      await expect.poll(isRefused, { timeout: 90_000, interval: 250 }).toBe(true);
      await store.abortMultipart(upload);
    });
  });
}
