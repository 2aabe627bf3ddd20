import type OpenSeadragon from "openseadragon";
import { type RefObject, useEffect, useEffectEvent, useState } from "react";
import { createViewer } from "./create-viewer.ts";
import { type Place, placeLink } from "./place.ts";
import { readPlace, showPlace } from "./view.ts";

export type ViewerPhase = "opening" | "open" | "failed";

interface ViewerOptions {
  readonly dziUrl: string;
  readonly start: Place | null;
  /** Called when a movement has come to rest. */
  readonly onRest: (place: Place) => void;
}

/** An OpenSeadragon inside `container` for as long as the component lives. `attempt` opens it anew. */
export function useViewer(container: RefObject<HTMLElement | null>, { dziUrl, start, onRest }: ViewerOptions) {
  const [viewer, setViewer] = useState<OpenSeadragon.Viewer | null>(null);
  const [phase, setPhase] = useState<ViewerPhase>("opening");
  const [isFullyLoaded, setIsFullyLoaded] = useState(false);
  const [hasMissingTiles, setHasMissingTiles] = useState(false);
  const [attempt, setAttempt] = useState(1);
  const goToStart = useEffectEvent((opened: OpenSeadragon.Viewer) => start && showPlace(opened, start));
  const rest = useEffectEvent(onRest);

  useEffect(() => {
    if (!container.current || attempt < 1) return;
    const created = createViewer(container.current, dziUrl);
    let restedAt = "";
    created.addHandler("open", () => {
      goToStart(created);
      restedAt = spot(created);
      setPhase("open");
    });
    created.addHandler("open-failed", () => setPhase("failed"));
    created.addHandler("tile-load-failed", () => setHasMissingTiles(true));
    created.addHandler("fully-loaded-change", ({ fullyLoaded }) => setIsFullyLoaded(fullyLoaded));
    created.addHandler("animation-finish", () => {
      if (spot(created) === restedAt) return;
      restedAt = spot(created);
      rest(readPlace(created));
    });
    setViewer(created);
    return () => {
      setViewer(null);
      setPhase("opening");
      setIsFullyLoaded(false);
      setHasMissingTiles(false);
      created.destroy();
    };
  }, [container, dziUrl, attempt]);

  return { viewer, phase, isFullyLoaded, hasMissingTiles, openAgain: () => setAttempt(attempt + 1) };
}

const spot = (viewer: OpenSeadragon.Viewer): string => placeLink("tilewright:", readPlace(viewer));
