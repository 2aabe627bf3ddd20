import OpenSeadragon from "openseadragon";
import type { Place } from "./place.ts";

/** Where the viewer is heading: the end of the movement under way, if any. */
export function readPlace({ viewport }: OpenSeadragon.Viewer): Place {
  const { x, y } = viewport.viewportToImageCoordinates(viewport.getCenter(false));
  const rotation = viewport.getRotation(false);
  return { x, y, zoom: viewport.viewportToImageZoom(viewport.getZoom(false)), rotation };
}

/** Jumps there without a movement. */
export function showPlace({ viewport }: OpenSeadragon.Viewer, { x, y, zoom, rotation }: Place): void {
  viewport.setRotation(rotation, true);
  viewport.zoomTo(viewport.imageToViewportZoom(zoom), undefined, true);
  viewport.panTo(viewport.imageToViewportCoordinates(x, y), true);
  viewport.applyConstraints(true);
}

/** Screen pixels (CSS) per image pixel, as drawn at this moment. */
export const currentZoom = ({ viewport }: OpenSeadragon.Viewer): number =>
  viewport.viewportToImageZoom(viewport.getZoom(true));

export function zoomBy({ viewport }: OpenSeadragon.Viewer, factor: number): void {
  viewport.zoomBy(factor);
  viewport.applyConstraints();
}

export function showPixelForPixel({ viewport }: OpenSeadragon.Viewer): void {
  viewport.zoomTo(viewport.imageToViewportZoom(1));
  viewport.applyConstraints();
}

/** The whole image, upright. */
export function showWhole({ viewport }: OpenSeadragon.Viewer): void {
  viewport.setRotation(0);
  viewport.goHome();
}

export function rotateBy({ viewport }: OpenSeadragon.Viewer, degrees: number): void {
  viewport.setRotation(viewport.getRotation(false) + degrees);
  viewport.applyConstraints();
}

/** From twice its size on a pixel is drawn as the square it is; below that, smooth. */
export function drawPixelsTrue(viewer: OpenSeadragon.Viewer): void {
  let isSmooth = true;
  viewer.addHandler("update-viewport", () => {
    const wantsSmooth = currentZoom(viewer) * OpenSeadragon.pixelDensityRatio < 2;
    if (wantsSmooth === isSmooth) return;
    isSmooth = wantsSmooth;
    viewer.drawer.setImageSmoothingEnabled(isSmooth);
  });
}
