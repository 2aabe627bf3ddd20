import { join } from "node:path";
import { refusalOf } from "@tilewright/client";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from "@tilewright/storage/testing/small-disk";
import sharp from "sharp";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Product } from "./product.ts";

const MiB = 2 ** 20;
const reserveBytes = 64 * MiB;
const probe = await mountSmallDisk(MiB);
await probe?.unmount();

describe.skipIf(!probe)(probe ? "everything on a disk of 400 MiB" : whyNoSmallDisk, () => {
  let disk: SmallDisk;
  let product: Product;
  let slide: Blob;
  beforeAll(async () => {
    const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
    const pixels = sharp({ create: { width: 2_600, height: 2_600, channels: 3, background: "grey", noise } });
    slide = new Blob([new Uint8Array(await pixels.png().toBuffer())]);
  });
  beforeEach(async () => {
    const mounted = await mountSmallDisk(400 * MiB);
    if (!mounted) throw new Error(whyNoSmallDisk);
    disk = mounted;
    product = await Product.start({ DATA_DIRECTORY: join(disk.directory, "data"), SHARE_SAME_BYTES: "false" });
  });
  afterEach(async () => {
    await disk.removeFiller();
    await product?.stop();
    await disk.unmount();
  });

  const upload = async () =>
    (await product.client.uploadImage(slide, { fileName: "slide.png", onStorageFull })).imageId;
  const onStorageFull = (refusal: Error) => {
    throw refusal;
  };
  const statusOf = async (imageId: string) => (await product.client.tiling.getStatus.query({ imageId })).status;
  /** What is not well, but for the disk, which is full. */
  const ailing = async () => {
    const answer = await (await fetch(`${product.address}/readyz`)).json();
    const parts: Record<string, string> = answer.parts ?? answer.error.details;
    return Object.keys(parts).filter((part) => part !== "disk" && parts[part] !== "ok");
  };
  const patiently = { timeout: 90_000, interval: 250 };
  const expectCompleted = (imageIds: readonly string[]) =>
    expect
      .poll(() => Promise.all(imageIds.map((imageId) => statusOf(imageId).catch(String))), patiently)
      .toEqual(imageIds.map(() => "COMPLETED"));

  test("filled by uploads, it refuses more and lives; all that was acknowledged completes once there is room", async () => {
    const acknowledged: string[] = [];
    const sendUntilRefused = async () => {
      for (;;) {
        const imageId = await upload().catch((error: unknown) => refusalOf(error)?.code ?? String(error));
        if (imageId === "STORAGE_FULL") return;
        acknowledged.push(imageId);
      }
    };
    await Promise.all([sendUntilRefused(), sendUntilRefused(), sendUntilRefused()]);
    expect(acknowledged.length).toBeGreaterThan(3);
    // The tilings that are left find no room at all.
    await disk.fillUpTo(reserveBytes - MiB);
    await expect(
      product.client.uploads.create.mutate({ fileName: "a.png", sizeBytes: 200 * MiB }),
    ).rejects.toMatchObject({
      data: { httpStatus: 507, tilewright: { code: "STORAGE_FULL", details: { reserveBytes } } },
    });
    const releases = async () => {
      await disk.fillUpTo(reserveBytes - MiB);
      const told = acknowledged.map((imageId) => product.client.tiling.history.query({ imageId }));
      return (await Promise.all(told)).flatMap(({ events }) => events.filter(({ cause }) => cause === "RELEASED"));
    };
    await expect.poll(releases, patiently).toContainEqual(expect.objectContaining({ failureCode: "SCRATCH_FULL" }));
    expect(await ailing()).toEqual([]);
    for (const imageId of acknowledged) expect(await statusOf(imageId)).not.toBe("FAILED");
    expect(await disk.freeBytes()).toBeGreaterThan(reserveBytes / 2);

    const deleted = acknowledged.splice(0, 3);
    for (const imageId of deleted) await product.client.images.delete.mutate({ imageId });
    await disk.removeFiller();
    await expectCompleted(acknowledged);
    // How much their pyramids left depends on how many there are; what is deleted gives its room back within seconds.
    for (const imageId of acknowledged) await product.client.images.delete.mutate({ imageId });
    await expectCompleted([await vi.waitFor(upload, patiently)]);
  });

  test("filled by others to the last byte, it lives, starts again or says what to do, and loses nothing", async () => {
    const acknowledged = [await upload(), await upload()];
    // Twice, as what the database gave up is taken too.
    await disk.fillUpTo(0);
    await expect.poll(async () => (await disk.freeBytes()) > 0, patiently).toBe(true);
    await disk.fillUpTo(0);
    for (let times = 0; times < 20; times += 1) {
      const call = times % 2 ? () => product.client.images.list.query({}) : upload;
      const code = await call().then(
        () => "DONE",
        (error) => error.data?.tilewright?.code ?? refusalOf(error)?.code ?? String(error),
      );
      expect(["DONE", "STORAGE_FULL", "DATABASE_UNAVAILABLE"]).toContain(code);
      expect(await ailing()).toEqual([]);
    }
    await product.end();
    await disk.fillUpTo(0);
    await expect(product.restart()).rejects.toThrow(
      /The disk of .* is full: .* are free.*Remove other files from that disk/,
    );
    await disk.removeFiller();
    await product.restart();
    await expectCompleted(acknowledged);
    await expectCompleted([await upload()]);
  });
});
