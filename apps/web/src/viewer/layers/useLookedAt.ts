import type OpenSeadragon from "openseadragon";
import { useEffect, useState } from "react";
import { imagePoint, imageTransform } from "../view.ts";

/** The pixel of the image that somebody looks at. */
export interface LookedAt {
  readonly xPx: number;
  readonly yPx: number;
  /** Where nothing points at the image, it is what is in the view's middle. */
  readonly by: "pointer" | "view";
}

/** Follows the pointer while it is over the image, and the view's middle while it is not or a key has moved it. */
export function useLookedAt(viewer: OpenSeadragon.Viewer): LookedAt | null {
  const [lookedAt, setLookedAt] = useState<LookedAt | null>(null);
  useEffect(() => {
    let pointer: { readonly x: number; readonly y: number } | null = null;
    const look = () => {
      const transform = imageTransform(viewer, 1);
      if (!transform) return;
      const { x, y } = pointer ?? viewer.viewport.getContainerSize().divide(2);
      setLookedAt({ ...imagePoint(transform, x, y), by: pointer ? "pointer" : "view" });
    };
    const point = (event: PointerEvent) => {
      const { left, top } = viewer.canvas.getBoundingClientRect();
      pointer = { x: event.clientX - left, y: event.clientY - top };
      look();
    };
    const leave = () => {
      pointer = null;
      look();
    };
    look();
    viewer.addHandler("update-viewport", look);
    viewer.addHandler("canvas-key", leave);
    viewer.canvas.addEventListener("pointermove", point);
    viewer.canvas.addEventListener("pointerleave", leave);
    return () => {
      viewer.removeHandler("update-viewport", look);
      viewer.removeHandler("canvas-key", leave);
      viewer.canvas?.removeEventListener("pointermove", point);
      viewer.canvas?.removeEventListener("pointerleave", leave);
    };
  }, [viewer]);
  return lookedAt;
}
