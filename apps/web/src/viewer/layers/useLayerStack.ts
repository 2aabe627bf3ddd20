import type OpenSeadragon from "openseadragon";
import { useEffect, useState } from "react";
import { LayerStack } from "./layer-stack.ts";

/** The canvas for what lies over the image of `viewer`; null until it is there. */
export function useLayerStack(viewer: OpenSeadragon.Viewer): LayerStack | null {
  const [stack, setStack] = useState<LayerStack | null>(null);
  useEffect(() => {
    const created = new LayerStack(viewer);
    setStack(created);
    return () => {
      setStack(null);
      created.destroy();
    };
  }, [viewer]);
  return stack;
}
