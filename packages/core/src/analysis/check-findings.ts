import type { KindDescription } from "./kind.ts";
import { invalid } from "./layers/refuse.ts";
import { analysisLimits } from "./limits.ts";
import type { AnalysisFindings, AnalysisLayer } from "./result.ts";

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What a schema can't say of findings. @throws TilewrightError RESULT_INVALID */
export function checkFindings(
  { summary, fields, layers }: AnalysisFindings,
  { name, layerTypes }: Pick<KindDescription, "name" | "layerTypes">,
  image: Size,
): void {
  requireUnique("number", summary.numbers);
  requireUnique("layer", layers);
  requireUnique(
    "file",
    layers.map(({ file }) => ({ name: file })),
  );
  for (const layer of layers) {
    if (!layerTypes.includes(layer.type))
      throw invalid(`The kind “${name}” is registered without ${layer.type} layers.`);
    checkPlace(layer, image);
  }
  const names = new Set(layers.map((layer) => layer.name));
  for (const field of fields) {
    if (!names.has(field.layer)) throw invalid(`A field names the layer “${field.layer}”, which there is not.`);
    if (!isInside(field, image)) throw invalid(`The field at ${field.xPx}, ${field.yPx} is not within the image.`);
  }
}

function checkPlace(layer: AnalysisLayer, image: Size): void {
  if (layer.type === "grid") checkCells(layer, image);
  if (layer.type === "overlay" && (layer.xPx >= image.widthPx || layer.yPx >= image.heightPx))
    throw invalid(`“${layer.name}” lies beyond the image.`);
}

function checkCells(grid: Extract<AnalysisLayer, { type: "grid" }>, { widthPx, heightPx }: Size): void {
  const { name, columns, rows, originXPx, originYPx, cellWidthPx, cellHeightPx, range } = grid;
  if (columns * rows > analysisLimits.gridCells)
    throw invalid(`“${name}” has more than ${analysisLimits.gridCells} cells.`);
  const isOver =
    originXPx + (columns - 1) * cellWidthPx >= widthPx || originYPx + (rows - 1) * cellHeightPx >= heightPx;
  if (isOver) throw invalid(`“${name}” has cells beyond the image.`);
  if (range[0] >= range[1]) throw invalid(`The range of “${name}” does not go upwards.`);
}

const isInside = ({ xPx, yPx, widthPx, heightPx }: { xPx: number; yPx: number } & Size, image: Size): boolean =>
  xPx + widthPx <= image.widthPx && yPx + heightPx <= image.heightPx;

function requireUnique(what: string, items: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of items) {
    if (seen.has(name)) throw invalid(`There are two of the ${what} “${name}”.`);
    seen.add(name);
  }
}
