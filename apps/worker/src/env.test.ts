import { totalmem } from "node:os";
import { expect, test } from "vitest";
import { readEnv } from "./env.ts";

const needed = {
  SERVER_URL: "http://127.0.0.1:8420",
  WORKER_TOKEN: "sixteen-or-more-characters",
  STORAGE_URL: "file:///srv/storage",
};

test("a worker that is told nothing else has the limits and the tiles that README.md lists, and half a day", () => {
  expect(readEnv(needed)).toMatchObject({
    MAX_PIXELS: 40e9,
    MEMORY_BYTES: 512 * 2 ** 20,
    LARGE_MEMORY_BYTES: Math.min(4 * 2 ** 30, Math.floor(totalmem() / 2)),
    TILE_SIZE_PX: 256,
    TILE_FORMAT: "jpeg",
    TILE_QUALITY: 80,
    TIMEOUT_MS: 12 * 60 * 60 * 1_000,
  });
});

test("a setting that can't be used is named", () => {
  expect(() => readEnv({ ...needed, TILE_SIZE_PX: "300" })).toThrow(/TILE_SIZE_PX/);
  expect(() => readEnv({ ...needed, MAX_PIXELS: "0" })).toThrow(/MAX_PIXELS/);
});
