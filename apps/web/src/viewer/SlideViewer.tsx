import { Button, Loader, Text } from "@mantine/core";
import { useFullscreenElement } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";
import type { TilingStatus } from "@tilewright/client";
import { shownName } from "@tilewright/core";
import { useRef, useState } from "react";
import { parseLayersSearch } from "../analysis/layer-search.ts";
import { shownPyramid } from "../tiling/shown-pyramid.ts";
import { useManifest } from "../tiling/useManifest.ts";
import { LayersPanel } from "./layers/LayersPanel.tsx";
import { useLayersSearch } from "./layers/useLayersSearch.ts";
import { type Place, parsePlaceSearch, toSearch } from "./place.ts";
import { PreviewSource } from "./preview-source.ts";
import { ScaleBar } from "./ScaleBar.tsx";
import styles from "./SlideViewer.module.css";
import { useViewer } from "./useViewer.ts";
import { ViewerToolbar } from "./ViewerToolbar.tsx";

const route = getRouteApi("/slides/$imageId");

/** A window in which the image is still seen beside the panel of its layers. */
const wideEnough = "(min-width: 48em)";

interface SlideViewerProps {
  /** COMPLETED, or with a preview or an older pyramid to show until it is. */
  readonly tiling: TilingStatus;
  readonly name: string;
}

/**
 * The pyramid of a tiling, or its preview until the pyramid takes its place. The address follows the place one looks
 * at, and leads back to it.
 */
export function SlideViewer({ tiling, name }: SlideViewerProps) {
  const container = useRef<HTMLDivElement>(null);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  // The router passes on what the route's own parser has dropped.
  const [start] = useState(() => parsePlaceSearch(search));
  const fullScreen = useFullscreenElement<HTMLElement>();
  const [layers, changeLayers] = useLayersSearch();
  const [isLayersOpen, setIsLayersOpen] = useState(() => matchMedia(wideEnough).matches);
  const toggleLayers = () => setIsLayersOpen(!isLayersOpen);
  const onRest = (place: Place) => {
    const search = (before: Record<string, unknown>) => ({ ...parseLayersSearch(before), ...toSearch(place) });
    void navigate({ search, replace: true, resetScroll: false, hash: true });
  };
  const shownJobId = shownPyramid(tiling);
  const micrometresPerPixel = useManifest(shownJobId)?.source.micrometresPerPixel;
  const dziUrl = shownJobId && `/pyramids/${shownJobId}.dzi`;
  const [preview] = useState(() => tiling.preview && new PreviewSource(tiling, tiling.preview));
  const { viewer, phase, isFull, isFullyLoaded, hasMissingTiles, openAgain } = useViewer(container, {
    dziUrl,
    preview,
    start,
    onRest,
  });
  return (
    <section ref={fullScreen.ref} className={styles["frame"]} aria-label={`Viewer: ${shownName(name)}`}>
      <div
        ref={container}
        className={styles["canvas"]}
        data-viewer-state={phase}
        data-viewer-shows={isFull ? "pyramid" : "preview"}
        data-fully-loaded={phase === "open" && isFullyLoaded}
      />
      {phase === "opening" && <Loader className={styles["centre"]} aria-label="Opening the image" />}
      {phase === "failed" && (
        <div className={styles["centre"]} role="alert">
          <Text mb="sm">The image could not be opened. The server may be away.</Text>
          <Button variant="default" onClick={openAgain}>
            Try again
          </Button>
        </div>
      )}
      {phase === "open" && hasMissingTiles && (
        <div className={styles["missing"]} role="status">
          <Text size="sm">Some parts could not be loaded.</Text>
          <Button size="compact-sm" variant="default" onClick={openAgain}>
            Load again
          </Button>
        </div>
      )}
      {viewer && phase === "open" && (
        <ViewerToolbar
          viewer={viewer}
          isFullScreen={fullScreen.fullscreen}
          onToggleFullScreen={() => void fullScreen.toggle()}
          layers={layers}
          isLayersOpen={isLayersOpen}
          onToggleLayers={layers.analysis === undefined ? null : toggleLayers}
        />
      )}
      {viewer && phase === "open" && micrometresPerPixel && (
        <ScaleBar viewer={viewer} micrometresPerPixel={micrometresPerPixel} />
      )}
      {viewer && phase === "open" && layers.analysis !== undefined && (
        <LayersPanel
          viewer={viewer}
          imageId={tiling.imageId}
          search={{ ...layers, analysis: layers.analysis }}
          onChange={changeLayers}
          isOpen={isLayersOpen}
          onClose={() => setIsLayersOpen(false)}
        />
      )}
    </section>
  );
}
