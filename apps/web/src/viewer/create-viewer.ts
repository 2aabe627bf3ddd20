import OpenSeadragon from "openseadragon";
import { commandFor } from "./keys.ts";
import { drawPixelsTrue } from "./view.ts";

/** An OpenSeadragon without its own buttons, since those would be pictures from elsewhere without names. */
export function createViewer(
  element: HTMLElement,
  tileSource: string | OpenSeadragon.TileSource,
): OpenSeadragon.Viewer {
  const viewer = OpenSeadragon({
    element,
    tileSources: [tileSource],
    // A browser offers WebGL without a graphics card too, many times slower than a canvas: the canvas is never slow.
    drawer: "canvas",
    showNavigationControl: false,
    showNavigator: true,
    navigatorPosition: "TOP_RIGHT",
    navigatorSizeRatio: 0.18,
    navigatorAutoFade: false,
    navigatorOpacity: 1,
    navigatorBackground: "var(--tw-surface)",
    navigatorBorderColor: "var(--tw-line)",
    navigatorDisplayRegionColor: "#d1344b",
    maxZoomPixelRatio: 24,
    minZoomImageRatio: 0.8,
    visibilityRatio: 0.5,
    // Its own keys mirror the image, zoom by ninths and pan by letters that are elsewhere on other keyboards.
    keyboardNavEnabled: false,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    tileRetryMax: 3,
    tileRetryDelay: 1_500,
    animationTime: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.8,
  });
  viewer.canvas.setAttribute("role", "application");
  viewer.canvas.setAttribute(
    "aria-label",
    "Image. Arrow keys move, plus and minus zoom, zero shows all of it, one its actual size, R and Shift R rotate.",
  );
  viewer.addHandler("canvas-key", ({ originalEvent }) => {
    const command = commandFor(originalEvent as KeyboardEvent);
    if (!command || !viewer.isOpen()) return;
    originalEvent.preventDefault();
    command.run(viewer);
  });
  viewer.navigator.element.style.margin = "12px";
  drawPixelsTrue(viewer);
  return viewer;
}
