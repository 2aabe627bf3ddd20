import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AnalysisAssignment, AnalysisFindings, AnalysisLayer, KindDescription } from "@tilewright/core/analysis";
import { manifestKey, pyramidKey } from "@tilewright/core/tiling";
import { createRepositories } from "@tilewright/db";
import { defaultSettings } from "@tilewright/pyramid";
import { manifestOf, type RealPyramid, sha256Of } from "../published.ts";
import { claim, submit, type TestServer } from "../test-server.ts";

/** What the worker of these tests can do. */
export const darkness: KindDescription = {
  name: "darkness",
  version: "1.0.0",
  title: "Darkness",
  description: "How dark it is.",
  parametersSchema: {
    type: "object",
    properties: {
      label: { type: "string", default: "dark" },
      cellPx: { type: "integer", minimum: 16, maximum: 4096, default: 512 },
    },
    additionalProperties: false,
  },
  layerTypes: ["grid", "geojson"],
};

export const workerId = "analyst";
export const kindId = ({ name, version }: KindDescription) => ({ name, version });

interface Tiled {
  /** Is remembered, so that it is not tiled again. */
  readonly source?: string;
  /** Stores an object; on the server's disk by default. */
  readonly put?: (key: string, content: Uint8Array) => Promise<unknown>;
}

/** Gives the job that waits a real pyramid, as a worker does. */
export async function tile(
  server: TestServer,
  made: RealPyramid,
  { source, put = (key, content) => putObject(server, key, content) }: Tiled = {},
): Promise<void> {
  const { outputPrefix, ...held } = await claim(server);
  const text = JSON.stringify(manifestOf(held, made, made.bytes));
  await put(pyramidKey(outputPrefix), made.bytes);
  await put(manifestKey(outputPrefix), Buffer.from(text));
  const { sha256: _, ...facts } = made.pyramid;
  const { jobId, attempt } = held;
  const end = { jobId, attempt, metadataPath: manifestKey(outputPrefix), manifestSha256: sha256Of(text) };
  const known = source === undefined ? {} : { sourceSha256: sha256Of(source), settings: defaultSettings };
  await server.worker.tiling.markComplete.mutate({ ...end, ...known, pyramid: facts });
}

/** A slide with a pyramid of 700 x 400 pixels. */
export async function tiledSlide(server: TestServer, made: RealPyramid) {
  const { imageId, jobId } = await submit(server);
  await tile(server, made);
  return { imageId, tilingJobId: jobId };
}

/** Makes a slide another pyramid, as after an audit that found its own broken. */
export async function retile(server: TestServer, imageId: string, made: RealPyramid): Promise<void> {
  const { jobs, audits } = createRepositories(server.database);
  const shown = await jobs.tiling.find({ imageId });
  if (!shown) throw new Error("The slide has no pyramid.");
  await audits.record(shown, "A tile is damaged.", shown.maxAttempts);
  await tile(server, made);
}

/** A slide whose analysis waits. */
export async function waitingAnalysis(server: TestServer, made: RealPyramid) {
  const slide = await tiledSlide(server, made);
  const job = await server.client.analysis.submit.mutate({ imageId: slide.imageId, kind: darkness.name });
  return { ...slide, jobId: job.jobId };
}

/** Claims an analysis that is known to wait. */
export async function claimAnalysis(server: TestServer, kinds = [kindId(darkness)], worker = workerId) {
  const { assignment } = await server.worker.analysis.claim.mutate({ workerId: worker, kinds, waitMs: 10_000 });
  if (!assignment) throw new Error("No analysis was handed out.");
  return assignment;
}

type Held = Pick<AnalysisAssignment, "jobId" | "attempt">;

/** Sends an attempt's files to the addresses that it gets for them, by plain PUTs. */
export async function send(server: TestServer, { jobId, attempt }: Held, files: Record<string, string | Uint8Array>) {
  const contents = Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content) }));
  const asked = contents.map(({ name, content }) => ({ name, sizeBytes: content.length }));
  const opened = await server.worker.analysis.openOutputs.mutate({ jobId, attempt, files: asked });
  for (const [index, { url }] of opened.files.entries()) {
    const body = new Uint8Array(contents[index]?.content ?? []);
    const answer = await fetch(new URL(url, server.address), { method: "PUT", body });
    if (!answer.ok) throw new Error(await answer.text());
  }
}

export const gridFile = JSON.stringify({ values: [0.1, null] });

/** A grid of two cells over the slide. */
export const gridLayer = (content: string | Uint8Array = gridFile): AnalysisLayer => ({
  ...{ type: "grid", name: "darkness", title: "Darkness", description: "", unit: "1", range: [0, 1], threshold: null },
  ...{ originXPx: 0, originYPx: 0, cellWidthPx: 512, cellHeightPx: 512, columns: 2, rows: 1 },
  ...describing("darkness.json", content),
});

export const geojsonLayer = (content: string): AnalysisLayer => ({
  ...{ type: "geojson", name: "shade", title: "Shade", description: "", ...describing("shade.geojson", content) },
});

const describing = (file: string, content: string | Uint8Array) => ({
  file,
  sizeBytes: Buffer.byteLength(content),
  sha256: sha256Of(content),
});

export const findings = (layers: AnalysisLayer[] = [], darkFraction = 0.25): AnalysisFindings => ({
  program: { name: "a test", version: "1", sha256: null },
  summary: {
    verdict: { level: "doubtful", text: `Dark ${Math.round(darkFraction * 100)} %` },
    numbers: [
      { name: "darkFraction", label: "Dark", value: darkFraction, unit: "1" },
      { name: "area", label: "Area", value: null, unit: "mm2" },
    ],
  },
  fields: [],
  layers,
});

/** Completes an attempt that found nothing worth a layer. */
export const completePlainly = (server: TestServer, { jobId, attempt }: Held, darkFraction?: number) =>
  server.worker.analysis.markComplete.mutate({ jobId, attempt, ...findings([], darkFraction) });

async function putObject(server: TestServer, key: string, content: Uint8Array): Promise<void> {
  const path = join(server.dataDirectory, "storage", "objects", key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
