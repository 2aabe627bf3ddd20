import OpenSeadragon from "openseadragon";
import { imageOutline, imageTransform } from "../view.ts";
import type { Drawing } from "./drawings.ts";
import type { View } from "./trace.ts";

interface Placed {
  readonly drawing: Drawing;
  readonly opacity: number;
  /** Drawn by rising order. */
  readonly order: number;
}

/** Room for the lines along the image's edge. */
const edgePx = 2;

/**
 * A canvas over the image of a viewer, as large as the view and drawn anew as that moves: what lies over the image
 * moves, zooms and turns with it, and costs what is seen of it.
 */
export class LayerStack {
  readonly #viewer: OpenSeadragon.Viewer;
  readonly #canvas = document.createElement("canvas");
  readonly #placed = new Map<string, Placed>();
  /** The view that is on the canvas. */
  #drawnAt = "";
  #frame = 0;
  readonly #draw = () => this.#drawOnMovement();

  constructor(viewer: OpenSeadragon.Viewer) {
    this.#viewer = viewer;
    this.#canvas.style.cssText = "position:absolute;inset:0;inline-size:100%;block-size:100%;pointer-events:none";
    this.#canvas.setAttribute("aria-hidden", "true");
    viewer.canvas.append(this.#canvas);
    viewer.addHandler("update-viewport", this.#draw);
  }

  /** Puts a drawing in its place, or takes it away. It is drawn at the next frame. */
  put(key: string, placed: Placed | null): void {
    if (placed) this.#placed.set(key, placed);
    else this.#placed.delete(key);
    this.#drawnAt = "";
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(this.#draw);
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#viewer.removeHandler("update-viewport", this.#draw);
    this.#canvas.remove();
  }

  /** A viewer has frames without a movement too, such as for each tile that arrives: those change nothing here. */
  #drawOnMovement(): void {
    const ratio = OpenSeadragon.pixelDensityRatio;
    const { x, y } = this.#viewer.viewport.getContainerSize();
    const [widthPx, heightPx] = [Math.round(x * ratio), Math.round(y * ratio)];
    const transform = imageTransform(this.#viewer, ratio);
    if (!transform) return;
    const movement = [widthPx, heightPx, ...Object.values(transform)].join();
    if (movement === this.#drawnAt) return;
    this.#drawnAt = movement;
    this.#drawView({ transform, widthPx, heightPx });
  }

  #drawView(view: View): void {
    // Setting the size clears the canvas too.
    this.#canvas.width = view.widthPx;
    this.#canvas.height = view.heightPx;
    const context = this.#canvas.getContext("2d");
    // The last cells of a grid reach over the edge.
    context?.clip(imageOutline(this.#viewer, view.transform, edgePx * OpenSeadragon.pixelDensityRatio));
    const inOrder = [...this.#placed.values()].toSorted((one, other) => one.order - other.order);
    for (const { drawing, opacity } of inOrder) {
      context?.save();
      if (context) drawing(context, view, opacity);
      context?.restore();
    }
    this.#canvas.dataset["drawn"] = String(inOrder.length);
  }
}
