import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import {
  analysis,
  attemptPrefix,
  cancelAnalysis,
  claimAnalysis,
  completeAnalysis,
  failAnalysis,
  openOutputs,
  registerKinds,
  submitAnalysis,
  sweepStore,
} from "@tilewright/core";
import { DiskObjectStore } from "@tilewright/storage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makePyramid, publish } from "../published.ts";
import { createTestPorts, submit, type TestPorts } from "../test-ports.ts";
import { darkness, findings, gridFile, gridLayer, kindId, workerId } from "./analyst.ts";

let own: TestPorts;
let imageId: string;
const made = await makePyramid();
beforeEach(async () => {
  own = await createTestPorts();
  await submit(own);
  ({ imageId } = await publish(own, made));
  await registerKinds(own.ports, { workerId, kinds: [darkness] });
});
afterEach(() => own.drop());

const never = new AbortController().signal;
const stored = async () =>
  (await Array.fromAsync(own.ports.objects.list(`images/${imageId}/analyses/`), ({ key }) => key)).sort();
const uploads = async () =>
  (await Array.fromAsync(own.ports.objects.listMultiparts(`images/${imageId}/`), ({ key }) => key)).sort();

async function claimed() {
  await submitAnalysis(own.ports, { imageId, kind: darkness.name, parameters: {} });
  const { assignment } = await claimAnalysis(own.ports, { workerId, kinds: [kindId(darkness)], waitMs: 0 }, never);
  if (!assignment) throw new Error("Nothing to claim.");
  return assignment;
}

/** Sends a file to where it belongs, as a server takes it. */
async function send({ jobId, attempt }: { jobId: string; attempt: number }, name: string, content: string) {
  const sizeBytes = content.length;
  const { files } = await openOutputs(own.ports, { jobId, attempt, files: [{ name, sizeBytes }] });
  const store = await DiskObjectStore.open({ directory: own.directory, signingSecret: "a secret of this test" });
  await store.acceptPart(files[0]?.url ?? "", sizeBytes, Readable.from([Buffer.from(content)]));
}

test("what a finished analysis published stays, and so does what an attempt in progress sends", async () => {
  const { jobId, attempt, outputPrefix } = await claimed();
  await send({ jobId, attempt }, "darkness.json", gridFile);
  await completeAnalysis(own.ports, { jobId, attempt, ...findings([gridLayer()]) });
  const running = await claimed();
  await send(running, "darkness.json", gridFile);
  expect(await sweepStore(own.ports, never)).toBe(0);
  expect(await stored()).toEqual(["analysis.json", "darkness.json"].map((name) => outputPrefix + name));
  expect(await uploads()).toEqual([`${running.outputPrefix}sent/darkness.json`]);
});

test("what an attempt sent that is over is swept, whether it was looked at or not", async () => {
  const refused = await claimed();
  await send(refused, "darkness.json", '{"values":[1]}');
  const { jobId, attempt } = refused;
  const end = { jobId, attempt, ...findings([gridLayer('{"values":[1]}')]) };
  await expect(completeAnalysis(own.ports, end)).rejects.toMatchObject({ code: "RESULT_INVALID" });
  expect(await stored()).toEqual([`${refused.outputPrefix}sent/darkness.json`]);
  await failAnalysis(own.ports, { jobId, attempt, code: "RESULT_INVALID", reason: "Too few values." });
  const cancelled = await claimed();
  await send(cancelled, "darkness.json", gridFile);
  await cancelAnalysis(own.ports, { jobId: cancelled.jobId });
  const strange = attemptPrefix(analysis.place, { imageId, jobId: randomUUID(), attempt: 1 });
  await own.ports.objects.put(`${strange}darkness.json`, Buffer.from(gridFile));
  expect(await sweepStore(own.ports, never)).toBe(3);
  expect([await stored(), await uploads()]).toEqual([[], []]);
});
