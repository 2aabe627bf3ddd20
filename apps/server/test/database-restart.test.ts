import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { claim, publishManifest, pyramid, startTestServer, submit, type TestServer } from "./test-server.ts";

let server: TestServer;
beforeAll(async () => {
  // Empty: the database of its own.
  server = await startTestServer({ DATABASE_URL: "" });
});
afterAll(() => server.stop());

const postmasterPid = async () =>
  Number((await readFile(join(server.dataDirectory, "postgres/cluster/postmaster.pid"), "utf8")).split("\n")[0]);

/** For calls that nobody repeats by himself: the database may be away when they come. */
const insist = <Result>(call: () => Promise<Result>) => vi.waitFor(call, { timeout: 90_000, interval: 100 });

test.each(["SIGKILL", "SIGQUIT"])(
  "the database's end by %s interrupts calls, and nothing that was acknowledged is lost",
  async (signal) => {
    const waiting = await submit(server);
    const started = await submit(server);
    const held = await claim(server);
    expect(held.jobId).toBe(waiting.jobId);
    const longPoll = server.worker.tiling.claim.mutate({ workerId: "worker-b", waitMs: 0 });
    const second = (await longPoll).assignment;
    expect(second?.jobId).toBe(started.jobId);

    process.kill(await postmasterPid(), signal);
    const { jobId, attempt } = held;
    const metadataPath = await publishManifest(server, held.outputPrefix);
    await insist(() => server.worker.tiling.markComplete.mutate({ jobId, attempt, metadataPath, pyramid }));
    await insist(() => server.worker.tiling.handBack.mutate({ jobId: started.jobId, attempt: 1 }));
    expect(await claim(server)).toMatchObject({ jobId: started.jobId, attempt: 2 });
    await server.client.tiling.cancel.mutate({ jobId: started.jobId });
    expect(await server.client.tiling.getStatus.query({ jobId })).toMatchObject({ status: "COMPLETED" });
  },
);
