import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { PyramidError, type PyramidLimits } from "@tilewright/pyramid";
import { expect, test } from "vitest";
import { acquireMachineLock } from "../src/jobs/machine-lock.ts";
import { withinMemory } from "../src/tiling/memory-class.ts";

const MiB = 2 ** 20;
const limits: PyramidLimits = { maxPixels: 1e9, memoryBytes: 512 * MiB, timeoutMs: null, reserveBytes: 0 };
const { signal } = new AbortController();
const needing = (neededMiB: number) => (within: PyramidLimits) =>
  neededMiB * MiB <= within.memoryBytes
    ? Promise.resolve(within.memoryBytes / MiB)
    : Promise.reject(refused(neededMiB, within));
const refused = (neededMiB: number, { memoryBytes }: PyramidLimits) =>
  new PyramidError("NEEDS_MORE_MEMORY", `The limit is ${memoryBytes / MiB} MiB.`, { neededBytes: neededMiB * MiB });

test("an image that needs more than the ordinary memory gets the large one, if that is enough", async () => {
  const attempt = { limits, largeMemoryBytes: 2_048 * MiB, signal };
  expect(await withinMemory(attempt, needing(100))).toBe(512);
  expect(await withinMemory(attempt, needing(900))).toBe(2_048);
  await expect(withinMemory(attempt, needing(3_000))).rejects.toThrow("The limit is 2048 MiB.");
  await expect(withinMemory({ ...attempt, largeMemoryBytes: 1 }, needing(900))).rejects.toThrow(
    "The limit is 512 MiB.",
  );
});

test("what went wrong at work is not tried again with more memory", async () => {
  let tries = 0;
  const work = () => {
    tries += 1;
    return Promise.reject(new PyramidError("OUT_OF_MEMORY", "It took more memory than the limit."));
  };
  await expect(withinMemory({ limits, largeMemoryBytes: 2_048 * MiB, signal }, work)).rejects.toThrow(/took more/);
  expect(tries).toBe(1);
});

test("large images come one after the other", async () => {
  const attempt = { limits, largeMemoryBytes: 2_048 * MiB, signal };
  let [underWay, most] = [0, 0];
  const work = async (within: PyramidLimits) => {
    await needing(900)(within);
    most = Math.max(most, ++underWay);
    await new Promise(setImmediate);
    underWay -= 1;
  };
  await Promise.all(Array.from({ length: 5 }, () => withinMemory(attempt, work)));
  expect(most).toBe(1);
});

test.runIf(process.platform === "linux")(
  "a lock is freed with the process that holds it, and waiting can be given up",
  async () => {
    const name = `test ${process.pid}`;
    const program = fileURLToPath(new URL("./fixtures/lock-holder.ts", import.meta.url));
    const holder = spawn(process.execPath, [program, name], { stdio: ["ignore", "pipe", "inherit"] });
    await once(createInterface(holder.stdout), "line");
    const enough = new AbortController();
    const givenUp = acquireMachineLock(name, enough.signal);
    let isMine = false;
    const waiting = acquireMachineLock(name, signal).then((release) => {
      isMine = true;
      return release;
    });
    enough.abort(new Error("enough"));
    await expect(givenUp).rejects.toThrow("enough");
    expect(isMine).toBe(false);
    holder.kill("SIGKILL");
    (await waiting)();
  },
);
