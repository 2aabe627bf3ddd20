import type OpenSeadragon from "openseadragon";
import { type RefObject, useEffect, useEffectEvent, useState } from "react";
import { createViewer } from "./create-viewer.ts";
import { type Place, type PlaceSearch, placeLink } from "./place.ts";
import { replaceImage } from "./replace-image.ts";
import { readPlace, showPlace } from "./view.ts";

export type ViewerPhase = "opening" | "open" | "failed";

interface ViewerOptions {
  /** The DZI descriptor of the pyramid; null while there is none. */
  readonly dziUrl: string | null;
  /** What to show until then. */
  readonly preview: OpenSeadragon.TileSource | null;
  /** What the address asks to see first. */
  readonly start: PlaceSearch;
  /** Called when a movement has come to rest. */
  readonly onRest: (place: Place) => void;
}

/** An OpenSeadragon inside `container` for as long as the component lives. `attempt` opens it anew. */
export function useViewer(container: RefObject<HTMLElement | null>, { dziUrl, preview, start, onRest }: ViewerOptions) {
  const [viewer, setViewer] = useState<OpenSeadragon.Viewer | null>(null);
  const [phase, setPhase] = useState<ViewerPhase>("opening");
  const [shownUrl, setShownUrl] = useState<string | null>(null);
  const [isFullyLoaded, setIsFullyLoaded] = useState(false);
  const [hasMissingTiles, setHasMissingTiles] = useState(false);
  const [attempt, setAttempt] = useState(1);
  const goToStart = useEffectEvent((opened: OpenSeadragon.Viewer) => showPlace(opened, start));
  const rest = useEffectEvent(onRest);
  const open = useEffectEvent((element: HTMLElement) => {
    setShownUrl(dziUrl);
    return createViewer(element, dziUrl ?? preview ?? "");
  });

  useEffect(() => {
    if (!container.current || attempt < 1) return;
    const created = open(container.current);
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
  }, [container, attempt]);

  useEffect(() => {
    if (!viewer || phase !== "open" || dziUrl === null || dziUrl === shownUrl) return;
    const onReplaced = () => {
      setShownUrl(dziUrl);
      setHasMissingTiles(false);
      setIsFullyLoaded(true);
    };
    return replaceImage(viewer, dziUrl, onReplaced, () => setHasMissingTiles(true));
  }, [viewer, phase, dziUrl, shownUrl]);

  return {
    viewer,
    phase,
    /** False while a preview stands in for the pyramid. */
    isFull: shownUrl !== null,
    isFullyLoaded,
    hasMissingTiles,
    openAgain: () => setAttempt(attempt + 1),
  };
}

const spot = (viewer: OpenSeadragon.Viewer): string => placeLink("tilewright:", readPlace(viewer));
