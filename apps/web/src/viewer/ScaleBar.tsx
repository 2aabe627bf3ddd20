import type OpenSeadragon from "openseadragon";
import styles from "./SlideViewer.module.css";
import { scaleFor } from "./scale.ts";
import { useZoom } from "./useZoom.ts";

const longestPx = 140;

interface ScaleBarProps {
  readonly viewer: OpenSeadragon.Viewer;
  /** Width of an image pixel on the object. */
  readonly micrometresPerPixel: number;
}

/** How long something on the object is on the screen. */
export function ScaleBar({ viewer, micrometresPerPixel }: ScaleBarProps) {
  const { widthPx, label } = scaleFor(micrometresPerPixel / useZoom(viewer), longestPx);
  return (
    <div className={styles["scale"]} role="img" aria-label={`Scale: the bar is ${label} long`}>
      <span>{label}</span>
      <span className={styles["bar"]} style={{ inlineSize: widthPx }} />
    </div>
  );
}
