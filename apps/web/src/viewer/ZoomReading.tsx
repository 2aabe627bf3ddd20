import type OpenSeadragon from "openseadragon";
import styles from "./SlideViewer.module.css";
import { useZoom } from "./useZoom.ts";

/** "50%": two image pixels share one of the screen's. */
export function ZoomReading({ viewer }: { readonly viewer: OpenSeadragon.Viewer }) {
  const reading = percent(useZoom(viewer));
  return (
    <span className={styles["zoom"]} role="img" aria-label={`Zoom ${reading}`}>
      {reading}
    </span>
  );
}

function percent(zoom: number): string {
  const value = zoom * 100;
  return `${value < 1 ? value.toPrecision(1) : value < 9.95 ? value.toFixed(1) : Math.round(value)}%`;
}
