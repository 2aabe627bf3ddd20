import { useQuery } from "@tanstack/react-query";
import {
  type AnalysisLayer,
  analysisLimits,
  type GeoJsonLayer,
  type GridLayer,
  GridValues,
  type OverlayLayer,
} from "@tilewright/core/analysis";
import { analysisFileUrl, publishedFile } from "../../analysis/analysis-files.ts";
import { AnalysisFileError, readBytes, readJson } from "../../analysis/read-file.ts";
import type { Grid } from "./grid.ts";
import { type OutlineClass, parseOutlines } from "./outlines.ts";

/** A layer with what its file holds. */
export type LayerData =
  | { readonly type: "grid"; readonly grid: Grid }
  | { readonly type: "geojson"; readonly layer: GeoJsonLayer; readonly classes: readonly OutlineClass[] }
  | { readonly type: "overlay"; readonly layer: OverlayLayer; readonly picture: ImageBitmap };

/** Reads the layer's file once it is wanted. What is wrong with one layer is its own error. */
export function useLayerData(jobId: string, layer: AnalysisLayer, isWanted: boolean) {
  return useQuery({
    queryKey: ["analysis", jobId, layer.file, layer.name],
    queryFn: ({ signal }) => readLayer(analysisFileUrl(jobId, layer.file), layer, signal),
    enabled: isWanted,
    ...publishedFile,
  });
}

async function readLayer(url: string, layer: AnalysisLayer, signal: AbortSignal): Promise<LayerData> {
  switch (layer.type) {
    case "grid":
      return { type: "grid", grid: await readJson(url, layer.sizeBytes, signal, (json) => gridOf(layer, json)) };
    case "geojson":
      return { type: "geojson", layer, classes: await readJson(url, layer.sizeBytes, signal, parseOutlines) };
    case "overlay":
      return { type: "overlay", layer, picture: await pictureOf(await readBytes(url, layer.sizeBytes, signal)) };
  }
}

function gridOf(layer: GridLayer, json: unknown): Grid {
  const { values } = GridValues.parse(json);
  if (values.length !== layer.columns * layer.rows) throw new RangeError("The grid has another number of cells.");
  return { layer, values: Float32Array.from(values, (value) => value ?? Number.NaN) };
}

/** The browser decodes what a stranger has made; how large that becomes is asked before. */
async function pictureOf(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  const blob = new Blob([bytes]);
  const picture = new Image();
  picture.src = URL.createObjectURL(blob);
  try {
    await new Promise((resolve, reject) => {
      picture.onload = resolve;
      picture.onerror = () => reject(new AnalysisFileError("It is damaged, or no picture.", false));
    });
    if (picture.naturalWidth * picture.naturalHeight > analysisLimits.overlayPixels) {
      throw new AnalysisFileError("It has more pixels than a layer may have.", false);
    }
    return await createImageBitmap(picture);
  } finally {
    URL.revokeObjectURL(picture.src);
  }
}
