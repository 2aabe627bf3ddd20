import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { MultipartUpload } from "@tilewright/core/storage";
import { planParts } from "@tilewright/core/upload";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DiskObjectStore } from "../src/index.ts";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from "../src/testing/small-disk.ts";

const MiB = 2 ** 20;
const diskBytes = 64 * MiB;
const reserveBytes = 16 * MiB;

const probe = await mountSmallDisk(MiB);
await probe?.unmount();

describe.skipIf(!probe)(probe ? "a disk of 64 MiB" : whyNoSmallDisk, () => {
  let disk: SmallDisk;
  let store: DiskObjectStore;
  beforeEach(async () => {
    const mounted = await mountSmallDisk(diskBytes);
    if (!mounted) throw new Error(whyNoSmallDisk);
    disk = mounted;
    store = await DiskObjectStore.open({ directory: disk.directory, signingSecret: "a secret", reserveBytes });
  });
  afterEach(() => disk.unmount());

  const open = (sizeBytes: number) => store.createMultipart(`images/${randomUUID()}/source`, planParts(sizeBytes));
  const send = async (upload: MultipartUpload, partNumber: number, body: Readable, sizeBytes = 8 * MiB) => {
    const { url } = await store.signPart(upload, partNumber, sizeBytes);
    return store.acceptPart(url, sizeBytes, body);
  };
  const bytes = (sizeBytes = 8 * MiB) => Readable.from([Buffer.alloc(sizeBytes, 7)]);
  const isFull = expect.objectContaining({ code: "STORAGE_FULL" });

  test("an upload that can't fit is refused with the figures when it is opened", async () => {
    await expect(open(60 * MiB)).rejects.toMatchObject({
      code: "STORAGE_FULL",
      details: { neededBytes: 60 * MiB, promisedBytes: 0, reserveBytes },
      message: expect.stringContaining("these 60 MiB: of 64 MiB that are free"),
    });
    expect(await Array.fromAsync(store.listMultiparts(""))).toEqual([]);
  });

  test("what was opened has its room: sent or not, after a restart too, until it is done or given up", async () => {
    const first = await open(20 * MiB);
    await open(20 * MiB);
    await expect(open(20 * MiB)).rejects.toEqual(isFull);
    await send(first, 1, bytes());
    await send(first, 2, bytes());
    store = await DiskObjectStore.open({ directory: disk.directory, signingSecret: "a secret", reserveBytes });
    expect(await store.room()).toMatchObject({ promisedBytes: 24 * MiB, reserveBytes });
    await expect(open(20 * MiB)).rejects.toEqual(isFull);
    await send(first, 3, bytes(4 * MiB), 4 * MiB);
    await store.completeMultipart(first);
    await expect(open(20 * MiB)).rejects.toEqual(isFull);
    await store.deleteMany([first.key]);
    await store.abortMultipart(await open(20 * MiB));
    await open(20 * MiB);
  });

  test("of a hundred that are opened at once, as many are as fit", async () => {
    const opened = await Promise.allSettled(Array.from({ length: 100 }, () => open(11 * MiB)));
    expect(opened.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
    for (const each of opened) if (each.status === "rejected") expect(each.reason).toEqual(isFull);
  });

  test("a part for which somebody else took the room is refused before it begins, and goes when there is room", async () => {
    const upload = await open(20 * MiB);
    await send(upload, 1, bytes());
    await disk.fillUpTo(reserveBytes + MiB);
    await settled();
    await expect(send(upload, 2, bytes())).rejects.toEqual(isFull);
    expect((await store.listParts(upload)).map(({ partNumber }) => partNumber)).toEqual([1]);
    await disk.removeFiller();
    await send(upload, 2, bytes());
    expect((await store.listParts(upload)).map(({ partNumber }) => partNumber)).toEqual([1, 2]);
  });

  test("a part during which the room goes stops at the reserve, and its connection stays for the answer", async () => {
    const upload = await open(8 * MiB);
    async function* slowly() {
      for (let sent = 0; sent < 8; sent += 1) {
        if (sent === 2) await disk.fillUpTo(reserveBytes + MiB);
        await settled();
        yield Buffer.alloc(MiB);
      }
    }
    const body = Readable.from(slowly());
    await expect(send(upload, 1, body)).rejects.toEqual(isFull);
    expect(body.destroyed).toBe(false);
    expect(await disk.freeBytes()).toBeGreaterThan(reserveBytes - 2 * MiB);
    expect(await store.listParts(upload)).toEqual([]);
  });

  test("parts that come at once share what is left", async () => {
    const uploads = [await open(8 * MiB), await open(8 * MiB), await open(8 * MiB)];
    await disk.fillUpTo(reserveBytes + 17 * MiB);
    await settled();
    const sent = await Promise.allSettled(uploads.map((upload) => send(upload, 1, bytes())));
    expect(sent.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await disk.freeBytes()).toBeGreaterThanOrEqual(reserveBytes);
  });

  test("with no byte left, what the disk says is told by name, and giving up still works", async () => {
    store = await DiskObjectStore.open({ directory: disk.directory, signingSecret: "a secret", reserveBytes: 0 });
    const upload = await open(8 * MiB);
    await disk.fillUpTo(MiB);
    async function* eager() {
      for (let sent = 0; sent < 8; sent += 1) {
        if (sent === 1) await disk.fillUpTo(0);
        yield Buffer.alloc(MiB);
      }
    }
    await disk.removeFiller();
    await expect(send(upload, 1, Readable.from(eager()))).rejects.toEqual(isFull);
    await disk.fillUpTo(0);
    await store.abortMultipart(upload);
    expect(await Array.fromAsync(store.listMultiparts(""))).toEqual([]);
  });
});

/** Until the store measures its disk again. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 120));
