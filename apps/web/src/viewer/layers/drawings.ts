import type { AnalysisField, GridLayer, OverlayLayer } from "@tilewright/core/analysis/result";
import { type Grid, paintGrid, type Threshold } from "./grid.ts";
import type { LayerData } from "./layer-data.ts";
import { classColour } from "./outline-colours.ts";
import type { OutlineClass } from "./outlines.ts";
import { isRingInView, traceRing, type View } from "./trace.ts";

/** Draws into a canvas that shows `view` of the image; `opacity` is 0 to 1. */
export type Drawing = (context: CanvasRenderingContext2D, view: View, opacity: number) => void;

/** The grid is painted once, a pixel a cell; each view is a piece of that, made larger or smaller. */
function gridDrawing(grid: Grid, threshold: Threshold): Drawing {
  const { layer } = grid;
  const canvas = document.createElement("canvas");
  canvas.width = layer.columns;
  canvas.height = layer.rows;
  canvas.getContext("2d")?.putImageData(new ImageData(paintGrid(grid, threshold), layer.columns, layer.rows), 0, 0);
  return (context, { transform }, opacity) => {
    context.globalAlpha = opacity;
    context.setTransform(transform);
    // Cells are drawn as the squares they are, unless several share a pixel: then their mean tells more than one of them.
    context.imageSmoothingEnabled = Math.hypot(transform.a, transform.b) * layer.cellWidthPx < 1;
    context.drawImage(canvas, layer.originXPx, layer.originYPx, ...gridExtent(layer));
  };
}

const gridExtent = ({ columns, rows, cellWidthPx, cellHeightPx }: GridLayer) =>
  [columns * cellWidthPx, rows * cellHeightPx] as const;

const overlayDrawing =
  (picture: CanvasImageSource, { xPx, yPx, widthPx, heightPx }: OverlayLayer): Drawing =>
  (context, { transform }, opacity) => {
    context.globalAlpha = opacity;
    context.setTransform(transform);
    context.imageSmoothingEnabled = true;
    context.drawImage(picture, xPx, yPx, widthPx, heightPx);
  };

const linePx = 1.5;

/** Lines are always drawn in full, with a light edge so that they are seen on anything; `opacity` is the fill's. */
function outlinesDrawing(classes: readonly OutlineClass[]): Drawing {
  const coloured = classes.map(({ rings }, index) => ({ rings, colour: classColour(index) }));
  return (context, view, opacity) => {
    context.resetTransform();
    context.lineJoin = "round";
    for (const { rings, colour } of coloured) {
      context.beginPath();
      for (const ring of rings) if (isRingInView(ring, view)) traceRing(context, ring, view);
      context.globalAlpha = opacity;
      context.fillStyle = colour;
      context.fill("nonzero");
      context.globalAlpha = 1;
      strokeSeen(context, colour);
    }
  };
}

/** The edges of a field. */
export const fieldDrawing =
  ({ xPx, yPx, widthPx, heightPx }: AnalysisField): Drawing =>
  (context, { transform }) => {
    context.setTransform(transform);
    context.beginPath();
    context.rect(xPx, yPx, widthPx, heightPx);
    context.resetTransform();
    context.globalAlpha = 1;
    strokeSeen(context, "#000");
  };

function strokeSeen(context: CanvasRenderingContext2D, colour: string): void {
  const ratio = devicePixelRatio;
  context.strokeStyle = "#fff";
  context.lineWidth = linePx * 2.4 * ratio;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = linePx * ratio;
  context.stroke();
}

/** What a layer looks like. A grid's threshold is painted in, since each of its cells asks for it. */
export function drawingOf(data: LayerData, threshold: Threshold): Drawing {
  switch (data.type) {
    case "grid":
      return gridDrawing(data.grid, threshold);
    case "geojson":
      return outlinesDrawing(data.classes);
    case "overlay":
      return overlayDrawing(data.picture, data.layer);
  }
}
