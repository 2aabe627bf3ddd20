import type { AnalysisLayer } from "@tilewright/core/analysis";
import type { Measured } from "../measured.ts";
import { featureCollection } from "./geojson.ts";
import { maskOverlay } from "./mask-overlay.ts";
import { outlines } from "./outlines.ts";
import { writeLayer } from "./write-layer.ts";

/** Of Okabe and Ito's colours, which are told apart by the colour-blind. */
const tissueColour = [0, 158, 115] as const;
const penColour = [213, 94, 0] as const;

/** Ends of the colour scale: of a heavy blur, and of a picture that is sharp to the pixel. */
const sharpnessRange: [number, number] = [0.2, 1];

/** Writes the files of all layers into a directory. */
export async function writeLayers(measured: Measured, directory: string): Promise<AnalysisLayer[]> {
  const layers = [await sharpnessGrid(measured, directory)];
  if (measured.subject === "slide") layers.push(...(await tissueLayers(measured, directory)));
  if (measured.pen.data.includes(1)) layers.push(await penOutlines(measured, directory));
  return layers;
}

async function sharpnessGrid({ cells, sharpness, parameters }: Measured, directory: string): Promise<AnalysisLayer> {
  const values = Array.from(sharpness, (value) => (Number.isNaN(value) ? null : Math.round(value * 1_000) / 1_000));
  return {
    type: "grid",
    name: "sharpness",
    title: "Sharpness",
    description:
      "Contrast of the finest details against coarser ones. Nothing beside tissue, and where there are no details.",
    ...(await writeLayer(directory, "sharpness.json", JSON.stringify({ values }))),
    originXPx: 0,
    originYPx: 0,
    cellWidthPx: cells.cellSizePx,
    cellHeightPx: cells.cellSizePx,
    columns: cells.columns,
    rows: cells.rows,
    range: sharpnessRange,
    unit: "1",
    threshold: { value: parameters.sharpnessThreshold, wants: "below" },
  };
}

async function tissueLayers({ tissue, overview }: Measured, directory: string): Promise<AnalysisLayer[]> {
  const classification = { name: "Tissue", color: tissueColour };
  const collection = featureCollection(outlines(tissue, overview), classification);
  return [
    {
      type: "geojson",
      name: "tissue",
      title: "Tissue",
      description: "Outlines of the tissue.",
      ...(await writeLayer(directory, "tissue.geojson", collection)),
    },
    {
      type: "overlay",
      name: "tissueMask",
      title: "Tissue mask",
      description: "The tissue at the size that it was found in.",
      ...(await writeLayer(directory, "tissue-mask.png", await maskOverlay(tissue, tissueColour))),
      xPx: 0,
      yPx: 0,
      widthPx: tissue.widthPx * overview.scale,
      heightPx: tissue.heightPx * overview.scale,
    },
  ];
}

async function penOutlines({ pen, overview }: Measured, directory: string): Promise<AnalysisLayer> {
  const collection = featureCollection(outlines(pen, overview), { name: "Pen", color: penColour });
  return {
    type: "geojson",
    name: "pen",
    title: "Pen marks",
    description: "Outlines of marks in ink.",
    ...(await writeLayer(directory, "pen.geojson", collection)),
  };
}
