import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Invariant, wentBack } from "@tilewright/core/jobs";
import { manifestKey, type PyramidManifest, tiling } from "@tilewright/core/tiling";
import { type Histories, openHistories } from "@tilewright/db";
import { openObjectStore } from "@tilewright/storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkInvariants, type InvariantOptions } from "../src/invariants/check-invariants.ts";
import { plainSource } from "./published.ts";
import { claim, pyramid, startTestServer, submit, type TestServer } from "./test-server.ts";

const recoveryMs = 15_000;
const bytes = Buffer.from("stands for a pyramid");
const facts = { ...pyramid, sizeBytes: bytes.length };

let server: TestServer;
let histories: Histories;
beforeAll(async () => {
  server = await startTestServer({ LEASE_MS: "3600000" });
  // What is broken here is not to be repaired before it is seen.
  await sql(`INSERT INTO maintenance_turns VALUES ('queue', now() + interval '1 hour')
             ON CONFLICT (duty) DO UPDATE SET taken_at = excluded.taken_at`);
  histories = openHistories(server.databaseUrl, (error) => {
    throw error;
  });
});
afterAll(async () => {
  await histories.close();
  await server.stop();
});

const check = async (options: Partial<InvariantOptions> = {}) => {
  const store = await openObjectStore(pathToFileURL(join(server.dataDirectory, "storage")).href, "reads only");
  return checkInvariants(histories, store, { recoveryMs, ...options });
};
const stored = (key: string) => join(server.dataDirectory, "storage", "objects", key);
const put = async (key: string, content: string | Buffer) => {
  await mkdir(dirname(stored(key)), { recursive: true });
  await writeFile(stored(key), content);
};

/** A job that went all the way, with a manifest that is true. */
async function complete() {
  const { jobId, imageId } = await submit(server);
  const { outputPrefix, attempt } = await claim(server);
  const manifest: PyramidManifest = {
    format: "tilewright-pyramid/1",
    jobId,
    imageId,
    attempt,
    source: plainSource,
    pyramid: {
      reusedTileCount: 0,
      file: "pyramid.tif",
      sha256: createHash("sha256").update(bytes).digest("hex"),
      ...facts,
    },
    settings: { tileSizePx: 256, tileFormat: "jpeg", quality: 80 },
    timingsMs: {},
    software: {},
    createdAt: new Date().toISOString(),
  };
  await put(`${outputPrefix}pyramid.tif`, bytes);
  const metadataPath = manifestKey(outputPrefix);
  await put(metadataPath, JSON.stringify(manifest));
  await server.worker.tiling.markComplete.mutate({ jobId, attempt, metadataPath, pyramid: facts });
  return { jobId, imageId, metadataPath, pyramidPath: `${outputPrefix}pyramid.tif`, manifest };
}

async function fail() {
  const submitted = await submit(server);
  await claim(server);
  const failure = { code: "CORRUPT_IMAGE", reason: "The file ends half-way." } as const;
  await server.worker.tiling.markFailed.mutate({ jobId: submitted.jobId, attempt: 1, ...failure });
  return submitted;
}

async function work() {
  const submitted = await submit(server);
  await claim(server);
  return submitted;
}

type Submitted = Pick<Awaited<ReturnType<typeof submit>>, "imageId" | "jobId">;
const sql = (statement: string) => server.database.prisma.$executeRawUnsafe(statement);
const setJob = (set: string) => (job: Submitted) => sql(`UPDATE tiling_jobs SET ${set} WHERE id = '${job.jobId}'`);
const addEvent = (attempt: number, from: string, to: string) => (job: Submitted) =>
  sql(
    `INSERT INTO tiling_job_events (job_id, attempt, "from", "to") VALUES ('${job.jobId}', ${attempt}, ${from}, '${to}')`,
  );

test("whatever the service does by itself holds", async () => {
  const { jobId } = await fail();
  await server.client.tiling.retry.mutate({ jobId });
  await claim(server);
  await complete();
  const { jobId: handedBack } = await work();
  await server.worker.tiling.handBack.mutate({ jobId: handedBack, attempt: 1 });
  await server.client.tiling.cancel.mutate({ jobId: handedBack });
  expect(await check()).toEqual({ images: 3, jobs: 4, events: 12, resultsHashed: 1, violations: [] });
});

type Breakage<Job> = [invariant: Invariant, what: string, break_: (job: Job) => Promise<unknown>];

/** Breaks the database, sees the one violation, and takes the image away again. */
async function expectViolation<Job extends Submitted>(job: Job, [invariant, what, break_]: Breakage<Job>) {
  await break_(job);
  const { violations } = await check();
  expect(violations).toContainEqual(
    expect.objectContaining({ invariant, imageId: job.imageId, what: expect.stringContaining(what) }),
  );
  await sql(`DELETE FROM uploads WHERE image_id = '${job.imageId}'`);
  await sql(`DELETE FROM images WHERE id = '${job.imageId}'`);
  expect((await check()).violations).toEqual([]);
}

describe("a completed job", () => {
  const breakages: Breakage<Awaited<ReturnType<typeof complete>>>[] = [
    ["I1", "the image does not exist", ({ imageId }) => sql(`DELETE FROM images WHERE id = '${imageId}'`)],
    ["I1", "no job", ({ imageId }) => sql(`DELETE FROM tiling_jobs WHERE image_id = '${imageId}'`)],
    ["I1", "no events", ({ jobId }) => sql(`DELETE FROM tiling_job_events WHERE job_id = '${jobId}'`)],
    ["I1", "It ended 2 times: COMPLETED, FAILED", addEvent(1, "'COMPLETED'", "FAILED")],
    ["I1", "from null to PENDING after COMPLETED", addEvent(1, "NULL", "PENDING")],
    ["I1", "The row is IN_PROGRESS", setJob("status = 'IN_PROGRESS', lease_expires_at = now()")],
    ["I1", "which its times deny", setJob("finished_at = NULL")],
    ["I2", "Attempts 1 and 2 completed it", addEvent(2, "'IN_PROGRESS'", "COMPLETED")],
    ["I2", "Another attempt won", setJob("attempt = 2")],
    ["I3", "The row is at attempt 0", setJob("attempt = 0")],
    ["I3", "of attempt 0, and not of 1", addEvent(0, "'COMPLETED'", "PENDING")],
    ["I3", "9 of 3 tiles", setJob("tiles_done = 9")],
    ["I4", "no manifest", ({ metadataPath }) => rm(stored(metadataPath))],
    ["I4", "no manifest", setJob("metadata_path = NULL")],
    ["I4", "Its manifest should be", setJob("metadata_path = replace(metadata_path, '/1/', '/2/')")],
    ["I4", "can't be read", ({ metadataPath }) => put(metadataPath, "{")],
    ["I4", "is of attempt 7", ({ metadataPath, manifest }) => put(metadataPath, json({ ...manifest, attempt: 7 }))],
    ["I4", "The row's widthPx is 4", setJob("width_px = 4")],
    ["I4", "knows nothing", setJob("width_px = NULL")],
    ["I4", "no pyramid", ({ pyramidPath }) => rm(stored(pyramidPath))],
    ["I4", "The pyramid has 3 of 20 bytes", ({ pyramidPath }) => put(pyramidPath, "cut")],
    ["I4", "bytes are not those", ({ pyramidPath }) => put(pyramidPath, "Stands for a pyramid")],
    ["I5", "has a failure", setJob("failure_code = 'INTERNAL'")],
  ];
  test.each(breakages)("%s: %s", async (...breakage) => expectViolation(await complete(), breakage));
});

describe("a failed job", () => {
  const breakages: Breakage<Submitted>[] = [
    ["I5", "without a code", setJob("failure_code = NULL")],
    ["I5", "without a reason", setJob("failure_reason = ' '")],
    ["I5", "its event CORRUPT_IMAGE", setJob("failure_code = 'EMPTY_FILE'")],
  ];
  test.each(breakages)("%s: %s", async (...breakage) => expectViolation(await fail(), breakage));
});

describe("a job that somebody works on", () => {
  test("I6: without a lease", async () =>
    expectViolation(await work(), ["I6", "without a lease", setJob("lease_expires_at = NULL")]));

  test("I6: its lease is long over, and nobody takes the job back", async () => {
    const { jobId } = await work();
    const stuck = expect.objectContaining({
      invariant: "I6",
      jobId,
      what: expect.stringContaining("Its lease is over"),
    });
    const { prisma } = server.database;
    // The rule keeps the server from taking it back.
    await prisma.$transaction([
      prisma.$executeRawUnsafe(
        `UPDATE tiling_jobs SET lease_expires_at = now() - interval '1 minute' WHERE id = '${jobId}'`,
      ),
      prisma.$executeRaw`CREATE RULE hold AS ON UPDATE TO tiling_jobs DO INSTEAD NOTHING`,
    ]);
    expect((await check()).violations).toEqual([stuck]);
    expect((await check({ recoveryMs: 3_600_000 })).violations).toEqual([]);
    await sql("DROP RULE hold ON tiling_jobs");
    await expect.poll(async () => (await check()).violations, { timeout: 90_000 }).toEqual([]);
    await server.client.tiling.cancel.mutate({ jobId });
  });
});

describe("a waiting job", () => {
  const forgotten = (job: Submitted) =>
    sql(`DELETE FROM pgboss.job WHERE id = '${job.jobId}'`).then(() => setJob("updated_at = '2020-01-01'")(job));
  test("I6: not in line", async () => expectViolation(await submit(server), ["I6", "not in line", forgotten]));

  test("I7: two of one image", async () => {
    await sql("DROP INDEX tiling_jobs_one_active_per_image");
    const duplicate = ({ jobId, imageId }: Submitted) =>
      sql(`INSERT INTO tiling_jobs (id, image_id, dataset_name, max_attempts)
           SELECT uuidv7(), '${imageId}', dataset_name, 3 FROM tiling_jobs WHERE id = '${jobId}'`);
    await expectViolation(await submit(server), ["I7", "2 active jobs", duplicate]);
  });

  test("I1: when all work is over, it is stuck", async () => {
    const { imageId, jobId } = await submit(server);
    const stuck = expect.objectContaining({ invariant: "I1", imageId, jobId });
    expect((await check()).violations).toEqual([]);
    expect((await check({ isSettled: true })).violations).toContainEqual(stuck);
    await server.client.tiling.cancel.mutate({ jobId });
    expect((await check({ isSettled: true })).violations).not.toContainEqual(stuck);
  });
});

test("in a sample, what is left out is looked at but not read", async () => {
  const job = await complete();
  await put(job.pyramidPath, "Stands for a pyramid");
  expect(await check({ hashedFraction: 0 })).toMatchObject({ resultsHashed: 0, violations: [] });
  expect((await check()).violations).toMatchObject([{ invariant: "I4", jobId: job.jobId }]);
  await put(job.pyramidPath, bytes);
});

test.each([
  ["the version", { version: 3 }],
  ["the attempt", { attempt: 1 }],
  ["the stage", { stage: "DOWNLOADING" as const }],
  ["a stage", { stageFraction: 0.3 }],
  ["the tiles", { tilesDone: 4 }],
])("I3: a watcher notices that %s went back", (_, less) => {
  const before = { attempt: 2, version: 4, stage: "TILING" as const, stageFraction: 0.5, tilesDone: 5 };
  const next = { ...before, version: 5, stageFraction: 0 };
  expect(wentBack(tiling, before, { ...before, ...less })).toMatch(/back to/);
  expect(wentBack(tiling, before, before)).toBeNull();
  expect(wentBack(tiling, before, { ...next, stage: "QUEUED", tilesDone: 0 })).toBeNull();
  expect(wentBack(tiling, before, { ...next, stage: "PUBLISHING" })).toBeNull();
  expect(wentBack(tiling, before, { ...next, attempt: 3, stage: "DOWNLOADING", tilesDone: 0 })).toBeNull();
});

const json = (value: unknown) => JSON.stringify(value);
