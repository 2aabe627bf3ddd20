import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PyramidSettings, writePyramid } from "@tilewright/pyramid";
import { afterAll, beforeAll } from "vitest";
import { completeParameters, type QualityParameters } from "../src/index.ts";
import { measure } from "../src/measure.ts";
import type { Measured } from "../src/measured.ts";
import { summaryOf } from "../src/summary/summary.ts";
import { asSharp, type Picture } from "./composed.ts";

/** A directory for the test file that calls this, and paths in it. */
export function tempDir(): (name: string) => string {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "quality-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  return (name) => join(directory, name);
}

/** Tiles a picture. @returns the pyramid's path. */
export async function tiled(picture: Picture, path: string, settings: Partial<PyramidSettings> = {}): Promise<string> {
  await asSharp(picture).png({ compressionLevel: 1 }).toFile(`${path}.png`);
  await writePyramid(`${path}.png`, path, { settings });
  return path;
}

export interface Analysed extends Measured {
  readonly verdict: { readonly level: string; readonly text: string };
  /** Of the summary, by name. */
  readonly numbers: Readonly<Record<string, number | null>>;
}

/** Analyses a pyramid in this process. */
export async function analysed(
  pyramidPath: string,
  parameters: Partial<QualityParameters> = {},
  micrometresPerPixel: number | null = null,
): Promise<Analysed> {
  const question = { pyramidPath, parameters: completeParameters(parameters), micrometresPerPixel };
  const measured = await measure(question, () => {});
  const { verdict, numbers } = summaryOf(measured);
  return { ...measured, verdict, numbers: Object.fromEntries(numbers.map(({ name, value }) => [name, value])) };
}
