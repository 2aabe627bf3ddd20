import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  claimAnalysis,
  completeAnalysis,
  type ObjectStore,
  openOutputs,
  type Ports,
  registerKinds,
  releaseExpired,
  submitAnalysis,
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

type Held = { readonly jobId: string; readonly attempt: number };

async function claimed() {
  await submitAnalysis(own.ports, { imageId, kind: darkness.name, parameters: {} });
  const claim = { workerId, kinds: [kindId(darkness)], waitMs: 0 };
  const { assignment } = await claimAnalysis(own.ports, claim, new AbortController().signal);
  if (!assignment) throw new Error("Nothing to claim.");
  return assignment;
}

async function send({ jobId, attempt }: Held, content: string): Promise<string> {
  const sizeBytes = content.length;
  const { files } = await openOutputs(own.ports, { jobId, attempt, files: [{ name: "darkness.json", sizeBytes }] });
  const [file] = files;
  if (!file) throw new Error("Nothing was opened.");
  await accept(file.url, content);
  return file.url;
}

async function accept(url: string, content: string): Promise<void> {
  const store = await DiskObjectStore.open({ directory: own.directory, signingSecret: "a secret of this test" });
  await store.acceptPart(url, content.length, Readable.from([Buffer.from(content)]));
}

/** The ports of a server that comes to something of its store while somebody else does something. */
function whileAt(method: "read" | "putNew", name: string, meanwhile: () => Promise<unknown>): Ports {
  let isDone = false;
  const objects = new Proxy(own.ports.objects, {
    get(store, property) {
      const value = Reflect.get(store, property);
      if (typeof value !== "function") return value;
      return async (...given: unknown[]) => {
        if (property === method && String(given[0]).endsWith(name) && !isDone) {
          isDone = true;
          await meanwhile();
        }
        return value.apply(store, given);
      };
    },
  });
  const lists: Pick<ObjectStore, "list" | "listMultiparts"> = {
    list: (prefix) => own.ports.objects.list(prefix),
    listMultiparts: (prefix) => own.ports.objects.listMultiparts(prefix),
  };
  return { ...own.ports, objects: Object.assign(Object.create(objects), lists) };
}

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const storedUnder = async (key: string): Promise<Uint8Array> => {
  const { sizeBytes = 0 } = (await own.ports.objects.head(key)) ?? {};
  return own.ports.objects.read(key, { start: 0, end: sizeBytes });
};
const other = gridFile.replace("0.1", "0.9");

test("a layer that is sent anew once it was checked does not take its place", async () => {
  const held = await claimed();
  const { jobId, attempt } = held;
  await send(held, gridFile);
  const end = { jobId, attempt, ...findings([gridLayer()]) };
  const swap = async () => {
    await send(held, other);
    // Refused, but what was sent has become an object.
    await expect(completeAnalysis(own.ports, end)).rejects.toMatchObject({ code: "RESULT_INVALID" });
  };
  await completeAnalysis(whileAt("putNew", "analysis.json", swap), end);
  const job = await own.ports.jobs.analysis.find({ jobId });
  expect(job?.status).toBe("COMPLETED");
  const text = new TextDecoder().decode(await storedUnder(job?.metadataPath ?? ""));
  const layer = await storedUnder(`${held.outputPrefix}darkness.json`);
  expect(sha256Of(layer)).toBe(JSON.parse(text).layers[0].sha256);
});

test("a layer that is taken away once it was checked is still there when the job is complete", async () => {
  const held = await claimed();
  const { jobId, attempt } = held;
  await send(held, gridFile);
  const takeAway = () => openOutputs(own.ports, { jobId, attempt, files: [{ name: "darkness.json", sizeBytes: 1 }] });
  const end = { jobId, attempt, ...findings([gridLayer()]) };
  await completeAnalysis(whileAt("putNew", "analysis.json", takeAway), end);
  expect(sha256Of(await storedUnder(`${held.outputPrefix}darkness.json`))).toBe(sha256Of(Buffer.from(gridFile)));
});

test("a lease is kept while a result is checked, however long others' results take", async () => {
  const held = await claimed();
  const { jobId, attempt } = held;
  await send(held, gridFile);
  const lapse = async () => {
    expect(await releaseExpired(own.ports)).toBe(0);
  };
  await own.database.prisma.analysisJob.update({ where: { id: jobId }, data: { leaseExpiresAt: new Date(0) } });
  const end = { jobId, attempt, ...findings([gridLayer()]) };
  expect(await completeAnalysis(whileAt("read", "darkness.json", lapse), end)).toMatchObject({ status: "COMPLETED" });
});

test("an address takes nothing once the layer was read, whenever it is used again", async () => {
  const held = await claimed();
  const { jobId, attempt } = held;
  const url = await send(held, gridFile);
  const end = { jobId, attempt, ...findings([gridLayer()]) };
  const again = () => accept(url, other).catch(() => {});
  await completeAnalysis(whileAt("read", "darkness.json", again), end);
  await again();
  const list = Array.fromAsync(own.ports.objects.list(held.outputPrefix), ({ key }) => key);
  expect((await list).sort()).toEqual(["analysis.json", "darkness.json"].map((name) => held.outputPrefix + name));
  expect(sha256Of(await storedUnder(`${held.outputPrefix}darkness.json`))).toBe(sha256Of(Buffer.from(gridFile)));
});
