import type OpenSeadragon from "openseadragon";
import { panBy, rotateBy, showPixelForPixel, showWhole, zoomBy } from "./view.ts";

export interface ViewCommand {
  readonly label: string;
  /** As people write it; what a keyboard must send is in `keys.ts`. */
  readonly shortcut: string;
  readonly run: (viewer: OpenSeadragon.Viewer) => void;
}

const stepPx = 60;

/** Everything that can be done to the view, by a button or by a key: both run the same. */
export const viewCommands = {
  zoomIn: { label: "Zoom in", shortcut: "+", run: (viewer) => zoomBy(viewer, 2) },
  zoomOut: { label: "Zoom out", shortcut: "-", run: (viewer) => zoomBy(viewer, 0.5) },
  showWhole: { label: "Whole image", shortcut: "0", run: showWhole },
  showPixelForPixel: { label: "Actual size", shortcut: "1", run: showPixelForPixel },
  rotateLeft: { label: "Rotate left", shortcut: "Shift R", run: (viewer) => rotateBy(viewer, -90) },
  rotateRight: { label: "Rotate right", shortcut: "R", run: (viewer) => rotateBy(viewer, 90) },
  moveLeft: { label: "Move left", shortcut: "←", run: (viewer) => panBy(viewer, -stepPx, 0) },
  moveRight: { label: "Move right", shortcut: "→", run: (viewer) => panBy(viewer, stepPx, 0) },
  moveUp: { label: "Move up", shortcut: "↑", run: (viewer) => panBy(viewer, 0, -stepPx) },
  moveDown: { label: "Move down", shortcut: "↓", run: (viewer) => panBy(viewer, 0, stepPx) },
} as const satisfies Record<string, ViewCommand>;
