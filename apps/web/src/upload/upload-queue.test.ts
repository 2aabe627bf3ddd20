import { TilewrightError } from "@tilewright/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { actionsFor } from "./entry.ts";
import { FakeUploadPorts } from "./testing/fake-upload-ports.ts";
import { UploadQueue } from "./upload-queue.ts";
import { sentWords, uploadWords } from "./upload-words.ts";

const file = (name: string, size = 100) => new File([new Uint8Array(size)], name, { lastModified: 7 });

function setUp() {
  const ports = new FakeUploadPorts();
  const queue = new UploadQueue(ports);
  const row = (name: string) => {
    const entry = queue.snapshot().find((each) => each.fileName === name);
    if (!entry) throw new Error(`No row for ${name}.`);
    return entry;
  };
  const sending = (index: number) =>
    vi.waitFor(
      () => {
        const call = ports.sendings[index];
        if (!call) throw new Error(`Nothing was sent ${index + 1} times.`);
        return call;
      },
      { interval: 1 },
    );
  const until = (name: string, phase: string) => vi.waitFor(() => expect(row(name).phase).toBe(phase), { interval: 1 });
  return { ports, queue, row, sending, until };
}

test("two at a time; the third begins when one ends", async () => {
  const { queue, row, sending, until } = setUp();
  queue.add([file("a"), file("b"), file("c")]);
  expect(["a", "b", "c"].map((name) => row(name).phase)).toEqual(["SENDING", "SENDING", "QUEUED"]);
  (await sending(0)).finish("image-a");
  await until("c", "SENDING");
  expect(row("a")).toMatchObject({ phase: "FINISHED", imageId: "image-a", sentBytes: 100 });
});

test("a pause stops the bytes and lets the next begin; resuming goes on with the same upload", async () => {
  const { queue, row, sending, until } = setUp();
  queue.add([file("a"), file("b"), file("c")]);
  (await sending(0)).open("u-a");
  (await sending(0)).progress(40);
  queue.pause(row("a").key);
  expect(row("a")).toMatchObject({ phase: "PAUSED", sentBytes: 40, pace: null });
  expect((await sending(0)).options.signal?.aborted).toBe(true);
  await until("c", "SENDING");
  (await sending(0)).progress(90);
  expect(row("a").sentBytes).toBe(40);
  queue.resume(row("a").key);
  expect(row("a").phase).toBe("QUEUED");
  (await sending(1)).finish("image-b");
  await until("a", "SENDING");
  expect((await sending(3)).options.uploadId).toBe("u-a");
});

test("cancelling tells the server, forgets and removes the row", async () => {
  const { ports, queue, row, sending } = setUp();
  queue.add([file("a")]);
  (await sending(0)).open("u-a");
  expect(ports.memory.list()).toHaveLength(1);
  expect([...ports.held]).toEqual(["u-a"]);
  await queue.cancel(row("a").key);
  expect(ports.aborted).toEqual(["u-a"]);
  expect(queue.snapshot()).toEqual([]);
  expect(ports.memory.list()).toEqual([]);
  expect([...ports.held]).toEqual([]);
});

test("a cancelled upload that was complete already is shown as finished", async () => {
  const { ports, queue, row, sending } = setUp();
  queue.add([file("a")]);
  (await sending(0)).open("u-a");
  ports.abortError = new TilewrightError("UPLOAD_CLOSED");
  await queue.cancel(row("a").key);
  expect(row("a")).toMatchObject({ phase: "FINISHED", imageId: "image of u-a" });
});

test("a cancel that does not reach the server leaves a paused row that says so", async () => {
  const { ports, queue, row, sending } = setUp();
  queue.add([file("a")]);
  (await sending(0)).open("u-a");
  ports.abortError = new TypeError("fetch failed");
  await queue.cancel(row("a").key);
  expect(row("a")).toMatchObject({ phase: "PAUSED", problem: "The upload could not be cancelled. Try again." });
});

test("an empty file is refused at once, with the sentence and nothing to retry", async () => {
  const { ports, queue, row } = setUp();
  queue.add([file("a"), file("b"), file("empty", 0)]);
  expect(row("empty")).toMatchObject({
    phase: "FAILED",
    problem: "The file is empty. Choose a file that has content.",
  });
  expect(actionsFor(row("empty"))).toEqual(["dismiss"]);
  await vi.waitFor(() => expect(ports.sendings).toHaveLength(2));
  queue.dismiss(row("empty").key);
  expect(queue.snapshot()).toHaveLength(2);
});

test("a refusal is shown as its sentence; retrying a closed upload begins anew", async () => {
  const { ports, queue, row, sending, until } = setUp();
  queue.add([file("a")]);
  (await sending(0)).open("u-old");
  (await sending(0)).fail(new TilewrightError("UPLOAD_CLOSED"));
  await until("a", "FAILED");
  expect(row("a").problem).toBe("The upload was completed or cancelled already. Start a new one.");
  expect(ports.memory.list()).toEqual([]);
  queue.retry(row("a").key);
  expect((await sending(1)).options.uploadId).toBeUndefined();
});

test("a failure that another try may mend is retried with the parts that arrived", async () => {
  const { queue, row, sending, until } = setUp();
  queue.add([file("a")]);
  (await sending(0)).open("u-a");
  (await sending(0)).fail(new TilewrightError("PARTS_MISSING"));
  await until("a", "FAILED");
  expect(actionsFor(row("a"))).toEqual(["retry", "cancel"]);
  queue.retry(row("a").key);
  expect((await sending(1)).options.uploadId).toBe("u-a");
});

test("a server out of reach is waited for, and the upload goes on by itself", async () => {
  const { ports, queue, sending, until } = setUp();
  ports.isInReach = false;
  queue.add([file("a")]);
  (await sending(0)).open("u-a");
  (await sending(0)).fail(new TypeError("fetch failed"));
  await until("a", "WAITING");
  ports.worthTrying.resolve();
  await until("a", "SENDING");
  expect((await sending(1)).options.uploadId).toBe("u-a");
});

test("retrying while waiting tries at once", async () => {
  const { ports, queue, row, sending, until } = setUp();
  ports.isInReach = false;
  queue.add([file("a")]);
  (await sending(0)).fail(new TypeError("fetch failed"));
  await until("a", "WAITING");
  queue.retry(row("a").key);
  expect(row("a").phase).toBe("SENDING");
  await vi.waitFor(() => expect(ports.sendings).toHaveLength(2));
});

test("a file that changed on the disk is named as the cause", async () => {
  const { queue, row, sending, until } = setUp();
  const changed = file("a");
  changed.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException("", "NotReadableError")) }) as Blob;
  queue.add([changed]);
  (await sending(0)).fail(new Error("The connection to the server was lost."));
  await until("a", "FAILED");
  expect(row("a").problem).toMatch(/can no longer be read/);
});

test("a file that is under way is not sent twice; one that was sent may be sent again", async () => {
  const { ports, queue, sending, until } = setUp();
  queue.add([file("a")]);
  queue.add([file("a")]);
  expect(queue.snapshot()).toHaveLength(1);
  (await sending(0)).finish("image-a");
  await until("a", "FINISHED");
  queue.add([file("a")]);
  expect(queue.snapshot()).toHaveLength(2);
  await vi.waitFor(() => expect(ports.sendings).toHaveLength(2));
});

test.each(["STORAGE_FULL", "TOO_MANY_UPLOADS"] as const)("%s is waited for, with its own sentence", async (code) => {
  const { ports, queue, row, sending, until } = setUp();
  queue.add([file("a"), file("b")]);
  (await sending(0)).open("u-a");
  (await sending(0)).progress(60);
  (await sending(0)).fail(new TilewrightError(code, "There is no room: 1 GB is free, 2 GB are needed."));
  (await sending(1)).fail(new TilewrightError(code));
  await until("a", "WAITING");
  await until("b", "WAITING");
  expect(row("a")).toMatchObject({ problem: "There is no room: 1 GB is free, 2 GB are needed.", sentBytes: 60 });
  expect(ports.memory.list()).toHaveLength(1);
  ports.worthTrying.resolve();
  await until("a", "SENDING");
  expect((await sending(2)).options.uploadId).toBe("u-a");
  expect(row("a")).toMatchObject({ problem: null, sentBytes: 60 });
});

test("what a server says of a request's form is not shown to people", async () => {
  const { queue, row, sending, until } = setUp();
  queue.add([file("a")]);
  (await sending(0)).fail(new TilewrightError("INVALID_INPUT", "✖ Too big: expected string\n  → at fileName"));
  await until("a", "FAILED");
  expect(row("a").problem).toMatch(/^The server does not accept the name of this file\. Rename it/);
});

test("a slide's file without its folder is not sent, and says what to do", () => {
  const { ports, queue, row } = setUp();
  queue.add([file("Slide.MRXS")]);
  expect(row("Slide.MRXS")).toMatchObject({
    phase: "FAILED",
    problem: "A .mrxs file is one part of a slide. Drop it together with the folder of the same name.",
  });
  expect(ports.sendings).toEqual([]);
});

test("a line on which nothing moves is called cut while the server is out of reach, and only then", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { ports, queue, row, sending } = setUp();
  queue.add([file("a")]);
  const call = await sending(0);
  call.open("u-a");
  call.progress(40);
  expect(sentWords(row("a"))).toBe("40 bytes of 100 bytes · 10 bytes/s · 1 s left");
  ports.isInReach = false;
  expect(row("a").line).toBe("OPEN");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(row("a").line).toBe("CUT_OFF");
  expect(sentWords(row("a"))).toBe("40 bytes of 100 bytes");
  expect(uploadWords(row("a"))).toMatch(/^No connection: the server does not answer/);
  ports.isInReach = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(row("a").line).toBe("OPEN");
  call.progress(100);
  expect(sentWords(row("a"))).toBe("100 bytes of 100 bytes");
  expect(uploadWords(row("a"))).toBe("Checking that everything arrived");
});
