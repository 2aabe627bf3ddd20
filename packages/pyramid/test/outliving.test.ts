import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { writePyramid } from "../src/index.ts";
import { runTool, type ToolLimits } from "../src/process/run-tool.ts";
import { composeTiff } from "./composed-tiff.ts";
import { decoderOf, isRunning, processesOf, untilGone } from "./processes.ts";
import { samplesPage } from "./raw-page.ts";
import { hasVips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const searched = process.env["PATH"];
const parentScript = fileURLToPath(new URL("./fixtures/parent.ts", import.meta.url));

/** A `vips` that answers what it is, and never ends when it sees a file. */
beforeAll(async () => {
  await mkdir(path("spinning"));
  const script = `#!/bin/sh\ncase "$1" in -l|--version) exec /usr/bin/vips "$@" ;; esac\nwhile :; do :; done\n`;
  for (const name of ["vips", "vipsheader"]) await writeFile(path(`spinning/${name}`), script, { mode: 0o755 });
  process.env["PATH"] = `${path("spinning")}${delimiter}${searched}`;
  const strips = [zstdCompressSync(new Uint8Array(16))];
  const samples = { width: 4, height: 4, channels: 1, bits: 8, compression: 50_000, strips };
  await writeFile(path("packed.tif"), composeTiff([samplesPage(samples)]));
});
afterAll(() => {
  process.env["PATH"] = searched;
});

const spinner = (): Promise<number> =>
  vi.waitFor(
    () => {
      const [pid] = processesOf(path("spinning/vipsheader"));
      return pid ?? expect.fail("it has not begun");
    },
    { timeout: 90_000, interval: 10 },
  );

describe.runIf(hasVips && process.platform === "linux")("a reader that spins is gone", { timeout: 40_000 }, () => {
  it("when its work is cancelled", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const end = expect(writePyramid(path("packed.tif"), path("out.tif"), { signal })).rejects.toThrow("enough");
    const pid = await spinner();
    controller.abort(new Error("enough"));
    await end;
    await untilGone(pid);
  });

  it("when its decoder is killed", async () => {
    const end = expect(writePyramid(path("packed.tif"), path("out.tif"))).rejects.toMatchObject({
      code: "OUT_OF_MEMORY",
    });
    const pid = await spinner();
    process.kill(decoderOf(process.pid), "SIGKILL");
    await end;
    await untilGone(pid);
  });

  it.each(["SIGCONT", "SIGSTOP"] as const)(
    "when whoever wanted it is killed, and its decoder with it, even one that hears of nothing (%s)",
    async (state) => {
      const parent = spawn(process.execPath, [parentScript, path("packed.tif"), path("orphan.tif")], {
        stdio: "ignore",
      });
      const pid = await spinner();
      const decoder = decoderOf(parent.pid ?? 0);
      process.kill(decoder, state);
      parent.kill("SIGKILL");
      await once(parent, "exit");
      await Promise.all([untilGone(pid), untilGone(decoder)]);
    },
  );

  it("in a decoder whose parent was gone before it could be tethered", async () => {
    const child = fileURLToPath(new URL("../src/child/child.ts", import.meta.url));
    const orphan = spawn(process.execPath, [child, "1"], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const [, signal] = await once(orphan, "exit");
    expect(signal).toBe("SIGKILL");
  });
});

describe.runIf(process.platform === "linux")("the system ends a program", { timeout: 30_000 }, () => {
  const ample: ToolLimits = { cpuSeconds: 60, memoryBytes: 2 ** 30, fileBytes: 2 ** 20, timeoutMs: null };
  const run = (script: string, limits: Partial<ToolLimits> = {}) =>
    runTool("sh", ["-c", script], { limits: { ...ample, ...limits }, env: process.env, cwd: path(".") });

  it("that takes more processor time than allowed", async () => {
    expect(await run("while :; do :; done", { cpuSeconds: 1 })).toMatchObject({ signal: "SIGXCPU" });
  });

  it("that writes a longer file than allowed", async () => {
    const end = await run("head -c 3000000 /dev/zero > long; echo $?", { fileBytes: 2 ** 20 });
    expect(Number(end?.stdout)).toBeGreaterThan(128);
  });

  it("that wants more memory than allowed, or rather gives it none", async () => {
    const script = 'exec node -e "Buffer.alloc(900e6, 1); console.log(1)"';
    expect((await run(script, { memoryBytes: 2 ** 29 }))?.code).not.toBe(0);
    expect((await run(script, { memoryBytes: Number.POSITIVE_INFINITY }))?.code).toBe(0);
  });

  it("that takes longer than allowed, or talks without end", async () => {
    const late = await run("exec sleep 60", { timeoutMs: 200 });
    expect(late).toMatchObject({ signal: "SIGKILL", endedFor: "time" });
    expect(await run("exec yes")).toMatchObject({ signal: "SIGKILL", endedFor: "output" });
  });

  it("and tells of one that is not there", async () => {
    expect(await runTool("no-such-program", [], { limits: ample, env: {} })).toBeNull();
    expect(isRunning(process.pid)).toBe(true);
  });
});
