import type OpenSeadragon from "openseadragon";
import { useEffect, useState } from "react";
import { currentZoom } from "./view.ts";

/** Screen pixels (CSS) per image pixel, as drawn at each moment. */
export function useZoom(viewer: OpenSeadragon.Viewer): number {
  const [zoom, setZoom] = useState(() => currentZoom(viewer));
  useEffect(() => {
    const read = () => setZoom(currentZoom(viewer));
    viewer.addHandler("update-viewport", read);
    return () => viewer.removeHandler("update-viewport", read);
  }, [viewer]);
  return zoom;
}
