import OpenSeadragon from "openseadragon";
import { imageTransform } from "../view.ts";
import type { Drawing } from "./drawings.ts";
import type { View } from "./trace.ts";

interface Placed {
  readonly drawing: Drawing;
  readonly opacity: number;
  /** Drawn by rising order. */
  readonly order: number;
}

/**
 * A canvas over the image of a viewer, as large as the view and drawn anew with each of its frames: what lies over the
 * image moves, zooms and turns with it, and costs what is seen of it.
 */
export class LayerStack {
  readonly #viewer: OpenSeadragon.Viewer;
  readonly #canvas = document.createElement("canvas");
  readonly #placed = new Map<string, Placed>();
  #frame = 0;
  readonly #draw = () => this.#drawNow();

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
    this.#frame ||= requestAnimationFrame(this.#draw);
  }

  /** What is shown at this moment, in pixels of the canvas. */
  view(): View | null {
    const transform = imageTransform(this.#viewer, OpenSeadragon.pixelDensityRatio);
    return transform && { transform, widthPx: this.#canvas.width, heightPx: this.#canvas.height };
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#viewer.removeHandler("update-viewport", this.#draw);
    this.#canvas.remove();
  }

  #drawNow(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const ratio = OpenSeadragon.pixelDensityRatio;
    const { x, y } = this.#viewer.viewport.getContainerSize();
    // Setting the size clears the canvas too.
    this.#canvas.width = Math.round(x * ratio);
    this.#canvas.height = Math.round(y * ratio);
    this.#canvas.dataset["drawn"] = String(this.#placed.size);
    const view = this.view();
    const context = this.#canvas.getContext("2d");
    if (!view || !context) return;
    const inOrder = [...this.#placed.values()].toSorted((one, other) => one.order - other.order);
    for (const { drawing, opacity } of inOrder) {
      context.save();
      drawing(context, view, opacity);
      context.restore();
    }
  }
}
