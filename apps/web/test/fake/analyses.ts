import type { AnalysisSummary, KindDescription } from "@tilewright/core/analysis";
import { publish } from "./analysis.ts";
import type { FakeServer } from "./server.ts";

/** A kind with a parameter of each type. */
export const quality: KindDescription = {
  name: "quality",
  version: "1.0.0",
  title: "Slide quality",
  description: "Blurred fields and more.",
  parametersSchema: {
    type: "object",
    properties: {
      subject: { type: "string", title: "What it shows", enum: ["auto", "slide"], default: "auto" },
      cellSizePx: { type: "integer", title: "Cell size", description: "In pixels.", minimum: 64, default: 128 },
      threshold: { type: "number", title: "Least sharpness", exclusiveMinimum: 0, maximum: 1, default: 0.55 },
      marksPen: { type: "boolean", title: "Find pen marks", default: true },
    },
    additionalProperties: false,
  },
  layerTypes: ["grid"],
};

export const summary = (blurred: number): AnalysisSummary => ({
  verdict: { level: blurred > 0.1 ? "poor" : "good", text: blurred > 0.1 ? "Blurred 14 %" : "Sharp" },
  numbers: [
    { name: "blurredFraction", label: "Blurred tissue", value: blurred, unit: "1" },
    { name: "tissueArea", label: "Tissue", value: null, unit: "mm2" },
  ],
});

/** A COMPLETED analysis of the image, published. */
export function addAnalysis(server: FakeServer, imageId: string, blurred: number, cellSizePx = 128): string {
  const parameters = { subject: "auto", cellSizePx };
  const { jobId } = server.world.addAnalysis({ imageId, kind: quality, parameters, parametersSha256: "0" });
  server.world.completeAnalysis(jobId, summary(blurred));
  publish(server, imageId, { jobId });
  return jobId;
}
