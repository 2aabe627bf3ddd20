import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { domainNames } from "@tilewright/core";
import { expect, onTestFinished, test } from "vitest";
import { applyMigrations, connectDatabase, createRepositories, queues, startEmbeddedPostgres } from "../src/index.ts";
import { createTestDatabase } from "../src/testing/index.ts";

const upload = (newId: () => string) => ({
  uploadId: newId(),
  imageId: newId(),
  fileName: "slide.tif",
  sizeBytes: 1,
  partSizeBytes: 1,
  partCount: 1,
  sourceKey: "images/x/source",
  storageUploadId: "x",
  metadata: {},
});

const most = { count: 1_000_000, sizeBytes: 1_000_000 };

const nextTurn = () => new Promise(setImmediate);

test.each(["SIGQUIT", "SIGKILL"] as const)(
  "calls into a database that ends by %s, and those that come while it is away, say just that",
  async (signal) => {
    const directory = await mkdtemp(join(tmpdir(), "tilewright-away-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const postgres = await startEmbeddedPostgres({ directory });
    onTestFinished(() => postgres.stop());
    await applyMigrations(postgres.url);
    const database = await connectDatabase(postgres.url, { bossRole: "client", queues, onError: () => {} });
    onTestFinished(() => database.close());
    const { uploads, images, jobs, turns, newId } = createRepositories(database);
    const calls = [
      () => uploads.create(upload(newId), most),
      () => images.list({ limit: 10 }),
      ...domainNames.flatMap((domain) => [
        () => jobs[domain].find({ jobId: newId() }),
        () => jobs[domain].workers.isAnyThere(),
      ]),
      () => jobs.tiling.claim({ workerId: "a worker", leaseMs: 10_000 }),
      () => turns.take("a duty", 1),
    ];
    const failures: unknown[] = [];
    let isOver = false;
    const callers = calls.flatMap((call) =>
      [1, 2, 3].map(async () => {
        while (!isOver) {
          await call().catch((error: unknown) => failures.push(error));
          await nextTurn();
        }
      }),
    );
    const [pid] = (await readFile(join(directory, "cluster/postmaster.pid"), "utf8")).split("\n");
    process.kill(Number(pid), signal);
    // It is started again by itself.
    while (failures.length < 30) await nextTurn();
    while ((await images.list({ limit: 1 }).catch(() => null)) === null) await nextTurn();
    isOver = true;
    await Promise.all(callers);
    const others = failures.filter(
      (error) => !(error instanceof Error && "code" in error && error.code === "DATABASE_UNAVAILABLE"),
    );
    expect(others).toEqual([]);
  },
);

test("a query that is wrong says what is wrong", async () => {
  const { database, drop } = await createTestDatabase({ queues });
  onTestFinished(drop);
  const { uploads, newId } = createRepositories(database);
  const first = upload(newId);
  await uploads.create(first, most);
  await expect(uploads.create(first, most)).rejects.toMatchObject({
    name: "PrismaClientKnownRequestError",
    code: "P2002",
  });
});
