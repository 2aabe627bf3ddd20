import { randomUUID } from "node:crypto";
import type { AnalysisLayer, AnalysisResult } from "@tilewright/core/analysis";
import { drawPng } from "./png.ts";
import type { FakeServer } from "./server.ts";
import { pyramid } from "./world.ts";

const digest = "0".repeat(64);
const file = { description: "", sizeBytes: 20_000_000, sha256: digest };

/** Cells of 100 pixels over the whole image: the sharpness rises from 0 at the left to 1 at the right. */
export const columns = 60;
const rows = 40;

export const sharpness = {
  type: "grid",
  ...file,
  name: "sharpness",
  title: "Sharpness",
  description: "Contrast at the finest levels.",
  file: "sharpness.json",
  originXPx: 0,
  originYPx: 0,
  cellWidthPx: 100,
  cellHeightPx: 100,
  columns,
  rows,
  range: [0, 1],
  unit: "1",
  threshold: { value: 0.5, wants: "below" },
} as const satisfies AnalysisLayer;

const tissue = {
  type: "geojson",
  ...file,
  name: "tissue",
  title: "Tissue",
  file: "tissue.geojson",
} as const satisfies AnalysisLayer;

const mask = {
  type: "overlay",
  ...file,
  name: "mask",
  title: "Mask",
  file: "mask.png",
  xPx: 3_000,
  yPx: 2_000,
  widthPx: 1_000,
  heightPx: 1_000,
} as const satisfies AnalysisLayer;

const square = (x: number, y: number, size: number) => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];

/** Two squares and a point; the first has a hole that goes round the same way as its outline, as it should not. */
export const outlines = {
  type: "FeatureCollection",
  features: [
    {
      type: "Feature",
      geometry: { type: "Polygon", coordinates: [square(1_000, 1_000, 2_000), square(1_500, 1_500, 1_000)] },
      properties: { classification: { name: "Tissue" } },
    },
    {
      type: "Feature",
      geometry: { type: "MultiPolygon", coordinates: [[square(4_000, 500, 1_000)]] },
      properties: { classification: { name: "Pen" } },
    },
    { type: "Feature", geometry: { type: "Point", coordinates: [2_000, 2_200] }, properties: {} },
  ],
};

const field = (label: string, value: number, xPx: number) => ({
  label,
  layer: "sharpness",
  value,
  xPx,
  yPx: 1_000,
  widthPx: 200,
  heightPx: 200,
});

/** Publishes an analysis of the image with one layer of each type; `change` makes it another one. */
export function publish(server: FakeServer, imageId: string, change: Partial<AnalysisResult> = {}): AnalysisResult {
  const result: AnalysisResult = {
    format: "tilewright-analysis/1",
    jobId: randomUUID(),
    attempt: 1,
    kind: { name: "quality", version: "1.0.0" },
    parameters: {},
    input: {
      imageId,
      pyramidJobId: randomUUID(),
      pyramidSha256: digest,
      widthPx: pyramid.widthPx,
      heightPx: pyramid.heightPx,
      micrometresPerPixel: 0.5,
    },
    program: { name: "quality", version: "1.0.0", sha256: null },
    summary: { verdict: { level: "doubtful", text: "Blurred 14 %" }, numbers: [] },
    fields: [field("Blurred", 0.02, 100), field("Out of focus", 0.25, 1_500)],
    layers: [sharpness, tissue, mask],
    createdAt: "2025-11-24T09:00:00.000Z",
    ...change,
  };
  const values = Array.from({ length: columns * rows }, (_, index) => ((index % columns) + 0.5) / columns);
  const at = (name: string) => `/analyses/${result.jobId}/${name}`;
  server.published.set(at("analysis.json"), JSON.stringify(result));
  server.published.set(at(sharpness.file), JSON.stringify({ values }));
  server.published.set(at(tissue.file), JSON.stringify(outlines));
  server.published.set(
    at(mask.file),
    drawPng(10, 10, () => [255, 0, 0]),
  );
  return result;
}
