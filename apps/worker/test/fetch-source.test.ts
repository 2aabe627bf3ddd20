import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3ObjectStore } from "@tilewright/storage/s3";
import { createTestBucket, FaultyLine, storageUrlOf } from "@tilewright/storage/testing";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { fetchSource } from "../src/tiling/fetch-source.ts";

const MiB = 2 ** 20;
// Two ranges, the second a short one.
const source = Buffer.alloc(70 * MiB, "what a scanner saw, byte by byte; ");
let line: FaultyLine;
let objects: S3ObjectStore;
let scratch: string;
beforeAll(async () => {
  const { storageUrl, environment } = await createTestBucket();
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  scratch = await mkdtemp(join(tmpdir(), "tilewright-fetch-"));
  const direct = await S3ObjectStore.open({ url: new URL(storageUrl) });
  await direct.put("images/a/source", source);
  line = await FaultyLine.to(direct.partOrigin);
  const url = new URL(storageUrlOf(new URL(storageUrl).hostname, line.address));
  objects = await S3ObjectStore.open({ url, silenceMs: 1_000 });
});
beforeEach(() => void line.faults.splice(0));
afterAll(async () => {
  vi.unstubAllEnvs();
  await line?.close();
  await rm(scratch, { recursive: true, force: true });
});

const fetching = (
  signal = new AbortController().signal,
  sourceSizeBytes = source.length,
  onFetched: (bytes: number) => void = () => {},
) => {
  const assignment = { sourceKey: "images/a/source", sourceSizeBytes };
  return fetchSource({ assignment, objects, scratch, limits: { reserveBytes: 0 }, signal, onFetched });
};

test("a source in a store elsewhere is copied in ranges, over breaks and silences of the line", async () => {
  line.faults.push({ kind: "cut", afterBytes: 5 * MiB }, { kind: "stall", afterBytes: 2 * MiB });
  const before = line.receivedBytes;
  const fetched: number[] = [];
  const copy = await fetching(undefined, undefined, (bytes) => fetched.push(bytes));
  expect(line.faults).toEqual([]);
  expect((await readFile(copy.path)).equals(source)).toBe(true);
  expect(await copy.sha256).toBe(createHash("sha256").update(source).digest("hex"));
  expect(fetched).toEqual(fetched.toSorted((a, b) => a - b));
  expect(fetched.length).toBeGreaterThan(10);
  expect(fetched.at(-1)).toBe(source.length);
  expect(line.receivedBytes - before).toBeLessThan(source.length + 4 * MiB);
});

test("a copy that is called off ends with the reason", async () => {
  const cancelled = new AbortController();
  line.faults.push({ kind: "stall", afterBytes: MiB });
  const outcome = fetching(cancelled.signal);
  await expect.poll(() => line.faults.length).toBe(0);
  const reason = new Error("cancelled");
  cancelled.abort(reason);
  await expect(outcome).rejects.toBe(reason);
});

test("a store that gives up half-way is reported as unavailable", async () => {
  line.faults.push(...Array.from({ length: 100 }, () => ({ kind: "cut", afterBytes: 600 }) as const));
  await expect(fetching()).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
});

test("a source of another size than was uploaded is not fetched", async () => {
  await expect(fetching(undefined, source.length + 1)).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
});
