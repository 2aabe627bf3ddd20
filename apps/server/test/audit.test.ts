import { mkdir, readdir, rename, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { deleteImage } from "@tilewright/core/image";
import { sourceKey, sweepStore } from "@tilewright/core/storage";
import { failTiling, getTilingHistory, getTilingStatus, retryTiling } from "@tilewright/core/tiling";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditPyramids } from "../src/audit/audit-pyramids.ts";
import { makePyramid, publish, type RealPyramid } from "./published.ts";
import { createTestPorts, submit, type TestPorts } from "./test-ports.ts";

let made: RealPyramid;
let own: TestPorts;
beforeAll(async () => {
  made = await makePyramid();
});
beforeEach(async () => {
  own = await createTestPorts();
});
afterEach(() => own.drop());

type Published = Awaited<ReturnType<typeof publish>>;
const never = new AbortController().signal;
const audit = (mostBytes = Number.MAX_SAFE_INTEGER) => auditPyramids(own.ports, mostBytes, never);
const statusOf = (imageId: string) => getTilingStatus(own.ports, { imageId });
const put = (key: string, bytes: Buffer) => own.ports.objects.put(key, bytes);
const remove = (key: string) => own.ports.objects.deleteMany([key]);

async function complete(bytes?: Buffer): Promise<Published> {
  await submit(own);
  return publish(own, made, bytes);
}

/** As a failing disk does: one bit of one byte. */
function flipped(bytes: Buffer, at = bytes.length >> 1): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

test("a pyramid that is whole is left as it is", async () => {
  const { imageId, jobId } = await complete();
  expect(await audit()).toEqual({ audited: 1, broken: [] });
  expect(await statusOf(imageId)).toMatchObject({ jobId, status: "COMPLETED", replacesJobId: null });
});

test("where the store is not mounted, nothing is audited nor made again, and nothing is marked", async () => {
  const { imageId, jobId } = await complete();
  await audit();
  const [mounted, aside] = [join(own.directory, "objects"), join(own.directory, "aside")];
  await rename(mounted, aside);
  await mkdir(mounted);
  for (const work of [audit, () => sweepStore(own.ports, never)]) {
    await expect(work()).rejects.toMatchObject({ code: "STORE_NOT_MARKED" });
  }
  expect(await statusOf(imageId)).toMatchObject({ jobId, status: "COMPLETED" });
  expect(await readdir(mounted)).toEqual([]);
  await rmdir(mounted);
  await rename(aside, mounted);
  expect(await audit()).toEqual({ audited: 1, broken: [] });
});

describe("an audit finds", () => {
  test.each<[string, (published: Published) => Promise<unknown>, RegExp]>([
    ["a flipped bit", ({ pyramidKey }) => put(pyramidKey, flipped(made.bytes)), /bytes are not those of its manifest/],
    [
      "a pyramid cut short",
      ({ pyramidKey }) => put(pyramidKey, made.bytes.subarray(0, 1_000)),
      /has 1000 of \d+ bytes/,
    ],
    ["a pyramid that is gone", ({ pyramidKey }) => remove(pyramidKey), /There is no pyramid/],
    ["a manifest that is gone", ({ manifestKey }) => remove(manifestKey), /There is no manifest/],
    ["a manifest that is none", ({ manifestKey }) => put(manifestKey, Buffer.from("{")), /can't be read/],
    [
      "a manifest with another word in it",
      ({ manifestKey, manifest }) =>
        put(manifestKey, Buffer.from(JSON.stringify({ ...manifest, createdAt: new Date(0).toISOString() }, null, 2))),
      /manifest has changed/,
    ],
  ])("%s, and has the pyramid made again", async (_, break_, damage) => {
    const { jobId, imageId, ...published } = await complete();
    await break_({ jobId, imageId, ...published });
    const { broken } = await audit();
    expect(broken).toMatchObject([{ job: { jobId }, damage: expect.stringMatching(damage) }]);
    expect(await statusOf(imageId)).toMatchObject({
      jobId: broken[0]?.replacement?.jobId,
      status: "PENDING",
      replacesJobId: jobId,
    });
    const { events } = await getTilingHistory(own.ports, { imageId });
    expect(events.at(-1)).toMatchObject({ cause: "FOUND_BROKEN", reason: expect.stringMatching(damage) });
    expect(events.at(-1)?.reason).toMatch(/It is made again from its source\.$/);
    expect(await getTilingStatus(own.ports, { jobId })).toMatchObject({ status: "COMPLETED" });
  });

  test("tiles that can't be decoded, although all digests agree", async () => {
    await complete(Buffer.from(made.bytes).fill(0x55, 2_000, made.bytes.length - 20_000));
    expect((await audit()).broken).toMatchObject([{ damage: expect.stringMatching(/cannot be read/) }]);
  });
});

describe("a broken pyramid", () => {
  async function breakOne() {
    const broken = await complete();
    await put(broken.pyramidKey, flipped(made.bytes));
    return broken;
  }

  test("stays until another takes its place, and is then reclaimed", async () => {
    const first = await breakOne();
    await audit();
    await sweepStore(own.ports, never);
    expect(await own.ports.objects.head(first.pyramidKey)).not.toBeNull();
    const second = await publish(own, made);
    expect(await statusOf(first.imageId)).toMatchObject({ jobId: second.jobId, replacesJobId: first.jobId });
    expect(await sweepStore(own.ports, never)).toBe(2);
    expect(await own.ports.objects.head(first.pyramidKey)).toBeNull();
    expect(await audit()).toEqual({ audited: 1, broken: [] });
  });

  test.each(["gone", "damaged"])(
    "whose source is %s too says so, and fails once until somebody retries",
    async (what) => {
      const { jobId, imageId } = await breakOne();
      if (what === "gone") await remove(sourceKey(imageId));
      else await put(sourceKey(imageId), Buffer.from("longer than it was"));
      const { broken } = await audit();
      expect(broken[0]?.damage).toMatch(
        new RegExp(`Its source is ${what} too: only uploading the file again will help`),
      );
      await own.ports.jobs.tiling.claim({ workerId: "worker", leaseMs: 60_000 });
      const held = { jobId: broken[0]?.replacement?.jobId ?? "", attempt: 1 };
      await failTiling(own.ports, { ...held, code: "SIZE_MISMATCH", reason: "Not what it was." });
      expect((await audit()).broken).toMatchObject([{ job: { jobId }, replacement: null }]);
      expect(await statusOf(imageId)).toMatchObject({ status: "FAILED", replacesJobId: jobId });
      const retried = await retryTiling(own.ports, { imageId });
      expect(retried).toMatchObject({ status: "PENDING", replacesJobId: jobId });
    },
  );

  test("is made again once, however many notice", async () => {
    const { imageId } = await breakOne();
    const reports = await Promise.all([1, 2, 3, 4].map(() => audit()));
    expect(reports.flatMap(({ broken }) => broken.filter(({ replacement }) => replacement))).toHaveLength(1);
    const { events } = await getTilingHistory(own.ports, { imageId });
    expect(events.filter(({ cause }) => cause === "FOUND_BROKEN")).toHaveLength(1);
  });

  test("of a slide that is deleted at that moment is nobody's concern", async () => {
    const { jobId, imageId } = await breakOne();
    const job = await own.ports.jobs.tiling.find({ jobId });
    await deleteImage(own.ports, { imageId });
    expect(job && (await own.ports.audits.record(job, "Broken.", 3))).toBeNull();
  });
});

test("all get their turn: what was never audited, then what has waited longest, as far as the bytes go", async () => {
  const published = [await complete(), await complete(), await complete()];
  const ids = published.map(({ jobId }) => jobId);
  const order = async (mostBytes: number) => (await own.ports.audits.inTurn(mostBytes)).map(({ jobId }) => jobId);
  expect(await order(1)).toEqual(ids.slice(0, 1));
  expect(await order(2 * made.bytes.length)).toEqual(ids.slice(0, 2));
  expect(await audit(2 * made.bytes.length)).toEqual({ audited: 2, broken: [] });
  expect(await order(3 * made.bytes.length)).toEqual([ids[2], ids[0], ids[1]]);
  await audit(1);
  expect(await order(3 * made.bytes.length)).toEqual(ids);
});
