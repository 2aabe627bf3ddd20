import { claimAnalysis, registerKinds, submitAnalysis } from "@tilewright/core/analysis";
import type { ObjectStore } from "@tilewright/core/storage";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePyramid, publish } from "../published.ts";
import { createTestPorts, submit, type TestPorts } from "../test-ports.ts";
import { darkness, kindId, workerId } from "./analyst.ts";

let own: TestPorts;
beforeAll(async () => {
  own = await createTestPorts();
});
afterAll(() => own.drop());

test("a job whose worker is gone while its pyramid is looked at waits for the next, and the attempt does not count", async () => {
  await submit(own);
  const { imageId } = await publish(own, await makePyramid());
  await registerKinds(own.ports, { workerId, kinds: [darkness] });
  const { jobId } = await submitAnalysis(own.ports, { imageId, kind: darkness.name, parameters: {} });
  const gone = new AbortController();
  const claim = { workerId, kinds: [kindId(darkness)], waitMs: 0 };
  const ports = { ...own.ports, objects: leaving(own.ports.objects, gone) };
  expect(await claimAnalysis(ports, claim, gone.signal)).toEqual({ assignment: null });
  expect(gone.signal.aborted).toBe(true);
  expect(await own.ports.jobs.analysis.find({ jobId })).toMatchObject({ status: "PENDING", attempt: 1 });
  const next = await claimAnalysis(own.ports, claim, new AbortController().signal);
  expect(next.assignment).toMatchObject({ jobId, attempt: 2 });
});

/** A store during whose first answer the worker goes away. */
function leaving(objects: ObjectStore, gone: AbortController): ObjectStore {
  return new Proxy(objects, {
    get: (store, name) => {
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        gone.abort();
        return member.apply(store, args);
      };
    },
  });
}
