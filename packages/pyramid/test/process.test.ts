import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readdir } from "node:fs/promises";
import { getPriority } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ReadyDecoders, type WriteOptions, writePyramid } from "../src/index.ts";
import { watchMemory } from "../src/process/watch-memory.ts";
import { writeEndlessTiff } from "./endless-tiff.ts";
import { decoderOf, decodersOf, environmentOf, isRunning, untilGone } from "./processes.ts";
import { asSharp, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

/** Minutes of work in a small file. */
beforeAll(() => writeEndlessTiff(path("long.tif"), 2_000, 2_000_000));

const filesLeft = async (): Promise<string[]> => (await readdir(path("."))).filter((name) => name.startsWith("target"));

describe.runIf(process.platform === "linux")("the decoder's process", () => {
  /** Starts long work, and resolves when the first progress was seen. */
  async function start(options: WriteOptions = {}): Promise<{ pid: number; end: Promise<unknown> }> {
    const started = Promise.withResolvers<void>();
    const work = writePyramid(path("long.tif"), path("target.tif"), {
      ...options,
      onProgress: (done) => void (done > 0 && started.resolve()),
    });
    const end = work.then(
      () => expect.fail("the work ended"),
      (error: unknown) => error,
    );
    await Promise.race([started.promise, end]);
    return { pid: decoderOf(process.pid), end };
  }

  it("is killed by an abort, and leaves no file", async () => {
    const controller = new AbortController();
    const { pid, end } = await start({ signal: controller.signal });
    await access(path("target.tif"));
    controller.abort(new Error("enough"));
    expect(await end).toEqual(new Error("enough"));
    expect(isRunning(pid)).toBe(false);
    expect(await filesLeft()).toEqual([]);
  });

  it("yields to the processes that answer and keep leases", async () => {
    const controller = new AbortController();
    const { pid, end } = await start({ signal: controller.signal });
    const threads = (await readdir(`/proc/${pid}/task`)).map(Number);
    expect(threads.length).toBeGreaterThan(4);
    const yielded = Math.min(getPriority() + 5, 19);
    await vi.waitFor(() => expect(threads.map(getPriority)).toEqual(threads.map(() => yielded)));
    controller.abort();
    await end;
  });

  it("is ready before its task, is used once, and ends with those that were not needed", async () => {
    const decoders = new ReadyDecoders(2);
    decoders.fill();
    const waiting = decodersOf(process.pid);
    expect(waiting.length).toBe(2);
    const controller = new AbortController();
    const { end } = await start({ signal: controller.signal, decoders });
    expect(decodersOf(process.pid)).toEqual(waiting);
    controller.abort();
    await end;
    expect(decodersOf(process.pid)).toEqual(waiting.slice(1));
    decoders.fill();
    expect(decodersOf(process.pid).length).toBe(2);
    await decoders.close();
    expect(decodersOf(process.pid)).toEqual([]);
  });

  it("that dies while it waits is replaced", async () => {
    const decoders = new ReadyDecoders(1);
    decoders.fill();
    const [first = 0] = decodersOf(process.pid);
    process.kill(first, "SIGKILL");
    await vi.waitFor(() => {
      decoders.fill();
      expect(decodersOf(process.pid)).toEqual([expect.not.toBeOneOf([first])]);
    });
    await decoders.close();
  });

  it("is not even started if the signal was aborted before", async () => {
    const signal = AbortSignal.abort(new Error("never mind"));
    await expect(writePyramid(path("long.tif"), path("target.tif"), { signal })).rejects.toThrow("never mind");
    expect(decodersOf(process.pid)).toEqual([]);
  });

  it("dies with its parent", async () => {
    const script = fileURLToPath(new URL("./fixtures/parent.ts", import.meta.url));
    const parent = spawn(process.execPath, [script, path("long.tif"), path("orphan.tif")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(createInterface(parent.stdout), "line");
    const pid = decoderOf(parent.pid ?? 0);
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    await once(parent, "exit");
    await untilGone(pid);
  });

  it("that crashes is an internal error, and takes nobody along", async () => {
    const { pid, end } = await start();
    process.kill(pid, "SIGSEGV");
    expect(await end).toMatchObject({ code: "INTERNAL" });
    expect(await filesLeft()).toEqual([]);
  });

  it("that the system kills was out of memory", async () => {
    const { pid, end } = await start();
    process.kill(pid, "SIGKILL");
    expect(await end).toMatchObject({ code: "OUT_OF_MEMORY" });
  });

  it("is killed when it outgrows its memory", async () => {
    // The estimate is for the usual two threads.
    vi.stubEnv("VIPS_CONCURRENCY", "64");
    const work = writePyramid(path("long.tif"), path("target.tif"), { limits: { memoryBytes: 44 * 2 ** 20 } });
    await expect(work).rejects.toMatchObject({
      code: "OUT_OF_MEMORY",
      message: "The image took more memory than the limit of 44 MiB.",
    });
    vi.unstubAllEnvs();
    expect(decodersOf(process.pid)).toEqual([]);
    expect(await filesLeft()).toEqual([]);
  });

  it("is killed when it takes too long", async () => {
    const work = writePyramid(path("long.tif"), path("target.tif"), { limits: { timeoutMs: 300 } });
    await expect(work).rejects.toMatchObject({ code: "TIMED_OUT" });
    expect(decodersOf(process.pid)).toEqual([]);
  });

  it("is killed when a callback throws", async () => {
    const work = writePyramid(path("long.tif"), path("target.tif"), {
      onImage: () => {
        throw new Error("not this one");
      },
    });
    await expect(work).rejects.toThrow("not this one");
    expect(decodersOf(process.pid)).toEqual([]);
    expect(await filesLeft()).toEqual([]);
  });

  it("sees nothing of its parent's environment", async () => {
    process.env["A_PASSWORD"] = "secret";
    const controller = new AbortController();
    const { pid, end } = await start({ signal: controller.signal });
    const names = environmentOf(pid).map((entry) => entry.split("=")[0]);
    controller.abort();
    await end;
    expect(names).toEqual(expect.arrayContaining(["PATH", "LC_ALL"]));
    expect(
      names.filter(
        (name) =>
          !/^(PATH|LC_ALL|NODE_CHANNEL_.*|NODE_COMPILE_CACHE|VIPS_.*|MALLOC_.*|GLIBC_TUNABLES)$/.test(name ?? ""),
      ),
    ).toEqual([]);
  });
});

it.runIf(process.platform === "linux")("a runaway process is noticed from outside", async () => {
  const script = "const kept = []; setInterval(() => kept.push(Buffer.alloc(16 * 2 ** 20, 1)), 10)";
  const runaway = spawn(process.execPath, ["-e", script]);
  const limit = 150 * 2 ** 20;
  const unwatch = watchMemory(runaway.pid ?? 0, limit, () => runaway.kill("SIGKILL"));
  const [, signal] = await once(runaway, "exit");
  unwatch();
  expect(signal).toBe("SIGKILL");
});

it("an existing target is replaced", async () => {
  await asSharp(smoothImage(300, 200)).png().toFile(path("again.png"));
  const first = await writePyramid(path("again.png"), path("again.tif"));
  const second = await writePyramid(path("again.png"), path("again.tif"));
  expect(second.pyramid.tileCount).toEqual(first.pyramid.tileCount);
});
