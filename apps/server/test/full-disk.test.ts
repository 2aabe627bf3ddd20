import { Readable } from "node:stream";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from "@tilewright/storage/testing/small-disk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { putPart, refusedWith, startTestServer, type TestServer } from "./test-server.ts";

const MiB = 2 ** 20;
const reserveBytes = 16 * MiB;

const disk = await mountSmallDisk(64 * MiB);

describe.skipIf(!disk)(disk ? "a store on a disk of 64 MiB" : whyNoSmallDisk, () => {
  const { directory, fillUpTo, removeFiller } = disk as SmallDisk;
  let server: TestServer;
  beforeAll(async () => {
    const settings = { RESERVE_BYTES: String(reserveBytes), MAX_OPEN_UPLOADS: "20" };
    server = await startTestServer({ STORAGE_URL: `file://${directory}`, ...settings });
  });
  afterAll(async () => {
    await server?.stop();
    await disk?.unmount();
  });

  const open = (sizeBytes: number) => server.client.uploads.create.mutate({ fileName: "slide.tif", sizeBytes });
  const giveUp = (uploadId: string) => server.client.uploads.abort.mutate({ uploadId });

  test("an upload for which there is no room is answered 507, with the figures and what to do", async () => {
    const response = await fetch(`${server.address}/trpc/uploads.create`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ fileName: "slide.tif", sizeBytes: 100 * MiB }),
    });
    expect(response.status).toBe(507);
    expect(await response.json()).toMatchObject({
      error: {
        message: expect.stringMatching(/no room for these 100 MiB: of \d\d MiB that are free.*Delete slides/),
        data: {
          httpStatus: 507,
          tilewright: { code: "STORAGE_FULL", details: { neededBytes: 100 * MiB, reserveBytes } },
        },
      },
    });
  });

  test("however many are opened at once, no more are open than may be", async () => {
    const opened = await Promise.allSettled(Array.from({ length: 250 }, () => open(1)));
    const uploads = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(uploads).toHaveLength(20);
    for (const each of opened)
      if (each.status === "rejected") expect(each.reason).toEqual(refusedWith("TOO_MANY_UPLOADS"));
    expect(await server.database.prisma.upload.count({ where: { status: "OPEN" } })).toBe(20);
    await expect(open(1)).rejects.toMatchObject({
      message: expect.stringMatching(/^20 uploads of 20 bytes are open; this server allows 20/),
      data: { httpStatus: 429, tilewright: { details: { openUploads: 20, maxOpenUploads: 20 } } },
    });
    await Promise.all(uploads.map(({ uploadId }) => giveUp(uploadId)));
    await giveUp((await open(1)).uploadId);
  });

  test("a part for which there is no room any more is answered 507; the upload goes on where it was", async () => {
    const upload = await open(12 * MiB);
    expect((await putPart(server, upload, 1, Buffer.alloc(8 * MiB, 1))).status).toBe(200);
    await fillUpTo(reserveBytes + MiB);
    await settled();
    const refused = await putPart(server, upload, 2, Buffer.alloc(4 * MiB, 2));
    expect(refused.status).toBe(507);
    expect(await refused.json()).toMatchObject({ error: { code: "STORAGE_FULL", details: { reserveBytes } } });
    const { uploadId } = upload;
    expect((await server.client.uploads.listParts.query({ uploadId })).parts).toHaveLength(1);
    await removeFiller();
    expect((await putPart(server, upload, 2, Buffer.alloc(4 * MiB, 2))).status).toBe(200);
    await server.client.uploads.complete.mutate({ uploadId, sizeBytes: 12 * MiB });
  });

  test("a sender whose part is refused half-way hears of it", async () => {
    const upload = await open(8 * MiB);
    const { parts } = await server.client.uploads.signParts.mutate({ uploadId: upload.uploadId, partNumbers: [1] });
    async function* body() {
      for (let sent = 0; sent < 8; sent += 1) {
        yield Buffer.alloc(MiB, 3);
        if (sent === 1) await fillUpTo(reserveBytes - MiB);
        if (sent < 4) await settled();
      }
    }
    const response = await fetch(new URL(parts[0]?.url ?? "", server.address), {
      method: "PUT",
      headers: { "content-length": String(8 * MiB) },
      body: Readable.toWeb(Readable.from(body())),
      duplex: "half",
    } as RequestInit);
    expect([response.status, await response.json()]).toMatchObject([507, { error: { code: "STORAGE_FULL" } }]);
    await removeFiller();
    await giveUp(upload.uploadId);
  });

  test("the client says that it waits for room, and goes on by itself", async () => {
    const source = new Blob([new Uint8Array(20 * MiB)]);
    const { uploadId } = await open(source.size);
    await fillUpTo(reserveBytes);
    await settled();
    const sentences: string[] = [];
    const { imageId } = await server.client.uploadImage(source, {
      uploadId,
      concurrency: 1,
      onStorageFull: ({ message }) => {
        sentences.push(message);
        void removeFiller();
      },
    });
    expect(sentences).toEqual([expect.stringMatching(/The server's disk has no room/)]);
    expect(await server.client.images.get.query({ imageId })).toMatchObject({ sizeBytes: 20 * MiB });
  });

  test("a client that would rather not wait has an upload that it can go on with", async () => {
    const source = new Blob([new Uint8Array(2 * MiB)]);
    const { uploadId } = await open(source.size);
    await fillUpTo(0);
    const onStorageFull = (refusal: Error) => {
      throw refusal;
    };
    const sending = server.client.uploadImage(source, { uploadId, onStorageFull });
    await expect(sending).rejects.toMatchObject({ code: "STORAGE_FULL" });
    await removeFiller();
    await server.client.uploadImage(source, { uploadId });
  });
});

/** Until the store measures its disk again. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 120));
