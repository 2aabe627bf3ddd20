import type { Ports } from "@tilewright/core";
import { claimTiling, handBackTiling, type TilingJobs } from "@tilewright/core/tiling";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestPorts, submit, type TestPorts } from "./test-ports.ts";

let own: TestPorts;
beforeAll(async () => {
  own = await createTestPorts();
});
afterAll(() => own.drop());

test("a job whose worker is gone before the claim is answered waits for the next, and the attempt does not count", async () => {
  const { jobId } = await submit(own);
  const { tiling } = own.ports.jobs;
  const gone = new AbortController();
  const claim: TilingJobs["claim"] = async (input) => {
    const claimed = await tiling.claim(input);
    gone.abort();
    return claimed;
  };
  const ports: Ports = {
    ...own.ports,
    jobs: {
      ...own.ports.jobs,
      tiling: new Proxy(tiling, {
        get: (jobs, name) => {
          if (name === "claim") return claim;
          const member: unknown = Reflect.get(jobs, name);
          return typeof member === "function" ? member.bind(jobs) : member;
        },
      }),
    },
  };
  expect(await claimTiling(ports, { workerId: "gone", waitMs: 0 }, gone.signal)).toEqual({ assignment: null });
  expect(await tiling.find({ jobId })).toMatchObject({ status: "PENDING", attempt: 1, maxAttempts: 4 });
  const next = await claimTiling(own.ports, { workerId: "next", waitMs: 0 }, new AbortController().signal);
  expect(next.assignment).toMatchObject({ jobId, attempt: 2 });
});

test("a claim whose answer was lost is answered with the same attempt, for as long as that goes on", async () => {
  const [first, second] = [await submit(own), await submit(own)];
  const claimId = own.ports.newId();
  const ask = (id: string) =>
    claimTiling(own.ports, { workerId: "worker", claimId: id, waitMs: 0 }, new AbortController().signal);
  const lost = await ask(claimId);
  expect(lost.assignment).toMatchObject({ jobId: first.jobId, attempt: 1 });
  expect(await ask(claimId)).toEqual(lost);
  expect((await ask(own.ports.newId())).assignment).toMatchObject({ jobId: second.jobId });
  await handBackTiling(own.ports, { jobId: first.jobId, attempt: 1 });
  expect((await ask(claimId)).assignment).toMatchObject({ jobId: first.jobId, attempt: 2 });
});
