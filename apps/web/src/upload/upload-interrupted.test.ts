import { TilewrightError } from "@tilewright/core";
import { expect, test, vi } from "vitest";
import { FakeUploadPorts, stateOf } from "./testing/fake-upload-ports.ts";
import { UploadQueue } from "./upload-queue.ts";

const file = (name: string, size = 100) => new File([new Uint8Array(size)], name, { lastModified: 7 });
const remembered = (name: string) => ({ uploadId: `u-${name}`, fileName: name, sizeBytes: 100, lastModified: 7 });

function setUp(...names: string[]) {
  const ports = new FakeUploadPorts();
  for (const name of names) {
    ports.memory.remember(remembered(name));
    ports.states.set(`u-${name}`, stateOf(`u-${name}`, file(name), { parts: [{ partNumber: 1, sizeBytes: 60 }] }));
  }
  return { ports, queue: new UploadQueue(ports) };
}

test("what an earlier visit left unfinished is listed with what arrived", async () => {
  const { queue } = setUp("a");
  await queue.restore();
  expect(queue.snapshot()).toMatchObject([
    { fileName: "a", phase: "INTERRUPTED", sentBytes: 60, sizeBytes: 100, uploadId: "u-a" },
  ]);
});

test("the same file goes on where it was", async () => {
  const { ports, queue } = setUp("a");
  await queue.restore();
  queue.add([file("a")]);
  expect(queue.snapshot()).toMatchObject([{ phase: "SENDING" }]);
  await vi.waitFor(() => expect(ports.sendings).toHaveLength(1));
  expect(ports.sendings[0]?.options.uploadId).toBe("u-a");
});

test("another file of the same name is a new upload", async () => {
  const { ports, queue } = setUp("a");
  await queue.restore();
  queue.add([file("a", 101)]);
  expect(queue.snapshot().map((entry) => entry.phase)).toEqual(["INTERRUPTED", "SENDING"]);
  await vi.waitFor(() => expect(ports.sendings).toHaveLength(1));
  expect(ports.sendings[0]?.options.uploadId).toBeUndefined();
});

test("uploads that are closed or unknown at the server vanish", async () => {
  const { ports, queue } = setUp("closed", "aborted", "unknown", "open");
  ports.states.set("u-closed", stateOf("u-closed", file("closed"), { status: "COMPLETED" }));
  ports.states.set("u-aborted", stateOf("u-aborted", file("aborted"), { status: "ABORTED" }));
  ports.states.set("u-unknown", new TilewrightError("UPLOAD_NOT_FOUND"));
  await queue.restore();
  expect(queue.snapshot().map((entry) => entry.fileName)).toEqual(["open"]);
  expect(ports.memory.list().map((upload) => upload.uploadId)).toEqual(["u-open"]);
});

test("a server out of reach is no reason to forget", async () => {
  const { ports, queue } = setUp("a");
  ports.states.clear();
  await queue.restore();
  expect(queue.snapshot()).toMatchObject([{ phase: "INTERRUPTED" }]);
  expect(ports.memory.list()).toHaveLength(1);
});

test("what another tab is sending is not interrupted", async () => {
  const { ports, queue } = setUp("a", "b");
  ports.heldElsewhere.add("u-a");
  await queue.restore();
  expect(queue.snapshot().map((entry) => entry.fileName)).toEqual(["b"]);
});

test("an interrupted upload can be given up without its file", async () => {
  const { ports, queue } = setUp("a");
  await queue.restore();
  await queue.cancel(queue.snapshot()[0]?.key ?? "");
  expect(ports.aborted).toEqual(["u-a"]);
  expect(queue.snapshot()).toEqual([]);
  expect(ports.memory.list()).toEqual([]);
});

test("a file that another tab is sending waits for it, and is not sent again when it has arrived", async () => {
  const { ports, queue } = setUp("a");
  const other = Promise.withResolvers<void>();
  ports.fileElsewhere = other.promise;
  queue.add([file("a")]);
  await vi.waitFor(() => expect(queue.snapshot()).toMatchObject([{ phase: "ELSEWHERE", uploadId: null }]));
  ports.states.set("u-a", stateOf("u-a", file("a"), { status: "COMPLETED" }));
  ports.memory.forget("u-a");
  other.resolve();
  await vi.waitFor(() => expect(queue.snapshot()).toMatchObject([{ phase: "FINISHED", imageId: "image of u-a" }]));
  expect(ports.sendings).toEqual([]);
});

test("what another tab has begun and left is gone on with", async () => {
  const { ports, queue } = setUp("a");
  const other = Promise.withResolvers<void>();
  ports.fileElsewhere = other.promise;
  queue.add([file("a"), file("b"), file("c")]);
  await vi.waitFor(() => expect(queue.snapshot().map(({ phase }) => phase)).toEqual(Array(3).fill("ELSEWHERE")));
  other.resolve();
  await vi.waitFor(() => expect(ports.sendings).toHaveLength(3));
  const begun = Object.fromEntries(ports.sendings.map(({ file, options }) => [file.name, options.uploadId]));
  expect(begun).toEqual({ a: "u-a", b: undefined, c: undefined });
});

test("a file that another tab is sending can be dismissed here without harm there", async () => {
  const { ports, queue } = setUp("a");
  ports.fileElsewhere = new Promise(() => {});
  queue.add([file("a")]);
  await vi.waitFor(() => expect(queue.snapshot()).toMatchObject([{ phase: "ELSEWHERE" }]));
  queue.dismiss(queue.snapshot()[0]?.key ?? "");
  expect(queue.snapshot()).toEqual([]);
  expect(ports.aborted).toEqual([]);
  expect(ports.memory.list()).toHaveLength(1);
});
