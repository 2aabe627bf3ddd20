import type OpenSeadragon from "openseadragon";
import { useEffect, useState } from "react";
import styles from "./SlideViewer.module.css";
import { currentZoom } from "./view.ts";

/** "50%": two image pixels share one of the screen's. */
export function ZoomReading({ viewer }: { readonly viewer: OpenSeadragon.Viewer }) {
  const [reading, setReading] = useState(() => percent(currentZoom(viewer)));
  useEffect(() => {
    const read = () => setReading(percent(currentZoom(viewer)));
    viewer.addHandler("update-viewport", read);
    return () => viewer.removeHandler("update-viewport", read);
  }, [viewer]);
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
