import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  type AnalysisLayer,
  AnalysisResult,
  analysisLimits,
  GridValues,
  KindDescription,
} from "@tilewright/core/analysis";
import sharp from "sharp";
import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  analyseQuality,
  completeParameters,
  type QualityAnswer,
  type QualityOptions,
  qualityKind,
} from "../src/index.ts";
import { signedArea } from "../src/layers/outlines.ts";
import { mostCells } from "../src/sharpness/cells.ts";
import { tempDir, tiled } from "./analysed.ts";
import { glassAt, picture, smoothNoise, tissueAt } from "./composed.ts";

const path = tempDir();
const [widthPx, heightPx] = [1_300, 900];

beforeAll(async () => {
  const slide = picture(widthPx, heightPx, (x, y) => {
    if (x > 200 && x < 600 && y > 660 && y < 850) return [40, 60, 170];
    return smoothNoise(x, y, 300, 3) > 0.5 && smoothNoise(x, y, 80, 4) < 0.75 ? tissueAt(x, y) : glassAt(x, y);
  });
  await tiled(slide, path("slide.tif"));
}, 60_000);

async function analyse(name: string, options: Partial<QualityOptions> = {}): Promise<QualityAnswer> {
  await mkdir(path(name), { recursive: true });
  return analyseQuality({ pyramidPath: path("slide.tif"), outputDirectory: path(name), ...options });
}

/** Processes that a parent has started to analyse, from Linux' process table. */
async function childrenOf(parentPid: number): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
  const isChild = await Promise.all(
    pids.map(async (pid) => {
      const [stat, command] = await Promise.all(
        ["stat", "cmdline"].map((file) => readFile(`/proc/${pid}/${file}`, "latin1").catch(() => "")),
      );
      const [state, parent] = (stat ?? "").slice((stat ?? "").lastIndexOf(")") + 2).split(" ");
      return state !== "Z" && Number(parent) === parentPid && (command ?? "").includes("quality/src/process/child.ts");
    }),
  );
  return pids.filter((_, i) => isChild[i]);
}

/** Waits until a parent has one. */
const childOf = (parentPid: number): Promise<number> =>
  vi.waitFor(async () => {
    const [pid] = await childrenOf(parentPid);
    if (pid === undefined) throw new Error("there is no child");
    return pid;
  });

const layerOf = (answer: QualityAnswer, name: string): AnalysisLayer => {
  const layer = answer.layers.find((each) => each.name === name);
  if (!layer) throw new Error(`there is no layer ${name}`);
  return layer;
};

describe("the answer", () => {
  let answer: QualityAnswer;
  beforeAll(async () => {
    answer = await analyse("answer", { micrometresPerPixel: 0.5 });
  }, 60_000);

  it("is what an analysis.json may hold", () => {
    const id = "01890a5d-ac96-774b-bcce-b302099a8057";
    const result = {
      format: "tilewright-analysis/1",
      jobId: id,
      attempt: 1,
      kind: { name: qualityKind.name, version: qualityKind.version },
      parameters: completeParameters(),
      input: {
        imageId: id,
        pyramidJobId: id,
        pyramidSha256: "0".repeat(64),
        widthPx,
        heightPx,
        micrometresPerPixel: 0.5,
      },
      program: { name: "quality", version: "1.0.0", sha256: null },
      ...answer,
      createdAt: new Date(0).toISOString(),
    };
    expect(AnalysisResult.parse(result)).toEqual(result);
    expect(answer.layers.map(({ name }) => name)).toEqual(["sharpness", "tissue", "tissueMask", "pen"]);
    expect(answer.summary.verdict).toEqual({ level: "doubtful", text: "Pen marks" });
  });

  it("names files that are there, of those sizes and digests", async () => {
    const { createHash } = await import("node:crypto");
    expect((await readdir(path("answer"))).sort()).toEqual(answer.layers.map(({ file }) => file).sort());
    for (const { file, sizeBytes, sha256 } of answer.layers) {
      const bytes = await readFile(path(`answer/${file}`));
      expect(bytes.length).toBe(sizeBytes);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    }
  });

  it("has a grid of one value for each cell", async () => {
    const layer = layerOf(answer, "sharpness");
    const { values } = GridValues.parse(JSON.parse(await readFile(path("answer/sharpness.json"), "utf8")));
    expect(layer).toMatchObject({ type: "grid", columns: 11, rows: 8, cellWidthPx: 128, threshold: { value: 0.55 } });
    expect(values.length).toBe(88);
    expect(values.some((value) => value === null)).toBe(true);
    for (const value of values) if (value !== null) expect(value).toBeGreaterThan(0.55);
  });

  it.each(["tissue", "pen"])("has outlines of the %s that QuPath opens, in pixels of the image", async (name) => {
    const { file } = layerOf(answer, name);
    const { type, features } = JSON.parse(await readFile(path(`answer/${file}`), "utf8"));
    expect(type).toBe("FeatureCollection");
    expect(features.length).toBeGreaterThan(0);
    for (const { type: kind, geometry, properties } of features) {
      expect([kind, geometry.type]).toEqual(["Feature", "Polygon"]);
      expect(properties).toMatchObject({ objectType: "annotation", classification: { color: expect.any(Array) } });
      for (const [i, ring] of geometry.coordinates.entries()) {
        expect(ring.length).toBeGreaterThan(3);
        expect(ring.at(-1)).toEqual(ring[0]);
        expect(Math.sign(signedArea(ring))).toBe(i === 0 ? 1 : -1);
        for (const [x, y] of ring) expect(x >= 0 && x <= widthPx && y >= 0 && y <= heightPx).toBe(true);
      }
    }
  });

  it("has a mask that is transparent beside the tissue", async () => {
    const { data, info } = await sharp(path("answer/tissue-mask.png")).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: widthPx, height: heightPx, channels: 4 });
    expect(layerOf(answer, "tissueMask")).toMatchObject({ xPx: 0, yPx: 0, widthPx, heightPx });
    const opaque = data.filter((value, i) => i % 4 === 3 && value === 255).length;
    const tissue = answer.summary.numbers.find(({ name }) => name === "tissueFraction")?.value ?? 0;
    expect(opaque / (widthPx * heightPx)).toBeCloseTo(tissue, 4);
  });

  it("is the same again, byte for byte", async () => {
    const again = await analyse("again", { micrometresPerPixel: 0.5 });
    expect(again).toEqual(answer);
  });
});

it("the kind is one that a worker may register, and its schema has all defaults", () => {
  expect(KindDescription.parse(qualityKind)).toEqual(qualityKind);
  expect(JSON.stringify(qualityKind.parametersSchema).length).toBeLessThan(analysisLimits.schemaBytes);
  const { properties } = qualityKind.parametersSchema as {
    properties: Record<string, { title: string; default: unknown }>;
  };
  const defaults = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.default]));
  expect(completeParameters()).toEqual(defaults);
  for (const { title } of Object.values(properties)) expect(title).toMatch(/^\w/);
  expect(mostCells).toBe(analysisLimits.gridCells);
});

it("parameters that are out of range are refused", async () => {
  for (const parameters of [{ cellSizePx: 100 }, { sharpnessThreshold: 2 }, { subject: "cat" }, { unknown: 1 }]) {
    await expect(analyse("refused", { parameters: parameters as never })).rejects.toThrow();
  }
});

describe.runIf(process.platform === "linux")("the process", () => {
  it("tells how far it is, never going back, up to the end", async () => {
    const told: number[] = [];
    await analyse("progress", { onProgress: (fraction) => told.push(fraction) });
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
    expect(told.length).toBeGreaterThan(2);
  });

  it("is killed by an abort", async () => {
    const controller = new AbortController();
    const work = analyse("aborted", {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(work).rejects.toThrow("enough");
    expect(await childrenOf(process.pid)).toEqual([]);
    await expect(analyse("aborted", { signal: AbortSignal.abort(new Error("never mind")) })).rejects.toThrow(
      "never mind",
    );
  });

  it("is killed when it takes too long, too much memory, or its caller throws", async () => {
    await expect(analyse("late", { limits: { timeoutMs: 1 } })).rejects.toMatchObject({ code: "TIMED_OUT" });
    await expect(analyse("large", { limits: { memoryBytes: 1 } })).rejects.toMatchObject({ code: "OUT_OF_MEMORY" });
    const throwing = (): never => {
      throw new Error("not this one");
    };
    await expect(analyse("thrown", { onProgress: throwing })).rejects.toThrow("not this one");
    expect(await childrenOf(process.pid)).toEqual([]);
  });

  it("that crashes is an internal error, and one that the system kills was out of memory", async () => {
    for (const [signal, code] of [
      ["SIGSEGV", "INTERNAL"],
      ["SIGKILL", "OUT_OF_MEMORY"],
    ] as const) {
      const work = analyse("crashed").catch((error: unknown) => error);
      process.kill(await childOf(process.pid), signal);
      expect(await work).toMatchObject({ code });
    }
  });

  it("dies with its parent", async () => {
    await mkdir(path("orphan"));
    const script = fileURLToPath(new URL("./fixtures/parent.ts", import.meta.url));
    const parent = spawn(process.execPath, [script, path("slide.tif"), path("orphan")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(createInterface(parent.stdout), "line");
    const pid = await childOf(parent.pid ?? 0);
    parent.kill("SIGKILL");
    await once(parent, "exit");
    await vi.waitFor(
      async () => {
        const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => ") Z");
        expect(stat.slice(stat.lastIndexOf(")") + 2)[0]).toBe("Z");
      },
      { timeout: 90_000, interval: 10 },
    );
  });
});

describe("what is no pyramid", () => {
  it("is refused", async () => {
    await writeFile(path("none.tif"), "II, but not for long");
    await expect(analyse("none", { pyramidPath: path("none.tif") })).rejects.toMatchObject({ code: "INVALID_PYRAMID" });
    await expect(analyse("none", { pyramidPath: path("missing.tif") })).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("any more, for its tiles are overwritten, is refused", async () => {
    const bytes = await readFile(path("slide.tif"));
    await writeFile(path("damaged.tif"), bytes);
    const file = await open(path("damaged.tif"), "r+");
    // Directories lie behind the tiles.
    await file.write(Buffer.alloc(Math.floor(bytes.length / 2), 0x55), 0, Math.floor(bytes.length / 2), 2_000);
    await file.close();
    const work = analyse("damaged", { pyramidPath: path("damaged.tif") });
    await expect(work).rejects.toMatchObject({ code: expect.toBeOneOf(["CORRUPT_IMAGE", "INVALID_PYRAMID"]) });
  });
});
