import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TilewrightError } from "@tilewright/core";
import type { ObjectInfo, ObjectStore } from "@tilewright/core/storage";
import type { TilingAssignment } from "@tilewright/core/tiling";
import { defaultSettings, ReadyDecoders } from "@tilewright/pyramid";
import { DiskObjectStore } from "@tilewright/storage";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tileImage } from "../src/tiling/tile-image.ts";
import { onePixel } from "./one-pixel.ts";

let scratch: string;
let store: DiskObjectStore;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "tilewright-truncating-"));
  store = await DiskObjectStore.open({ directory: scratch, signingSecret: "nothing is signed here" });
  await store.put("images/a/source", onePixel);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const half = (info: ObjectInfo | null) => info && { ...info, sizeBytes: Math.floor(info.sizeBytes / 2) };

test.each(["putFile", "putNew"] as const)(
  "a store whose %s keeps a half is reported as unavailable",
  async (method) => {
    const objects = new Proxy<ObjectStore>(store, {
      get: (_, name: keyof ObjectStore) =>
        name === method
          ? async (key: string, body: never) => half(await store[method](key, body))
          : store[name].bind(store),
    });
    const assignment = {
      sourceKey: "images/a/source",
      sourceSizeBytes: onePixel.length,
      sourceSha256: null,
      outputPrefix: `images/a/${method}/`,
    };
    const attempt = tileImage({
      assignment: assignment as TilingAssignment,
      objects,
      scratch,
      settings: defaultSettings,
      limits: { maxPixels: 100, memoryBytes: 512 * 2 ** 20, timeoutMs: null, reserveBytes: 0 },
      largeMemoryBytes: 0,
      decoders: new ReadyDecoders(0),
      signal: new AbortController().signal,
      report: () => {},
      reuse: async () => false,
      showPreview: async () => {
        throw new TilewrightError("STALE_ATTEMPT");
      },
    });
    await expect(attempt).rejects.toMatchObject({
      code: "STORAGE_UNAVAILABLE",
      message: expect.stringMatching(/kept only/),
    });
  },
);
