import OpenSeadragon from "openseadragon";
import type { Transform } from "./layers/trace.ts";
import type { Place, PlaceSearch } from "./place.ts";

/**
 * The image whose pixels places are measured in. There are two for the moment in which a pyramid takes the place of its
 * preview; both have the same size.
 */
const imageOf = ({ world }: OpenSeadragon.Viewer): OpenSeadragon.TiledImage => world.getItemAt(0);

/** Where the viewer is heading: the end of the movement under way, if any. */
export function readPlace(viewer: OpenSeadragon.Viewer): Place {
  const { viewport } = viewer;
  const { x, y } = imageOf(viewer).viewportToImageCoordinates(viewport.getCenter(false));
  const zoom = imageOf(viewer).viewportToImageZoom(viewport.getZoom(false));
  return { x, y, zoom, rotation: viewport.getRotation(false) };
}

/** Jumps there without a movement, as near as the image and the limits of zooming allow; what is not said stays. */
export function showPlace(viewer: OpenSeadragon.Viewer, { x, y, zoom, rotation = 0 }: PlaceSearch): void {
  const { viewport } = viewer;
  const image = imageOf(viewer);
  const { x: widthPx, y: heightPx } = image.getContentSize();
  viewport.setRotation(rotation, true);
  if (zoom !== undefined) {
    const wanted = image.imageToViewportZoom(zoom);
    viewport.zoomTo(within(viewport.getMinZoom(), wanted, viewport.getMaxZoom()), undefined, true);
  }
  const centre = [within(0, x ?? widthPx / 2, widthPx), within(0, y ?? heightPx / 2, heightPx)] as const;
  viewport.panTo(image.imageToViewportCoordinates(...centre), true);
  viewport.applyConstraints(true);
}

const within = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));

/** Screen pixels (CSS) per image pixel, as drawn at this moment. */
export const currentZoom = (viewer: OpenSeadragon.Viewer): number =>
  imageOf(viewer).viewportToImageZoom(viewer.viewport.getZoom(true));

export function zoomBy({ viewport }: OpenSeadragon.Viewer, factor: number): void {
  viewport.zoomBy(factor);
  viewport.applyConstraints();
}

/** Moves the view over the image by pixels of the screen (CSS), whichever way the image is turned. */
export function panBy({ viewport }: OpenSeadragon.Viewer, rightPx: number, downPx: number): void {
  viewport.panBy(viewport.deltaPointsFromPixels(new OpenSeadragon.Point(rightPx, downPx)));
  viewport.applyConstraints();
}

export function showPixelForPixel(viewer: OpenSeadragon.Viewer): void {
  viewer.viewport.zoomTo(imageOf(viewer).imageToViewportZoom(1));
  viewer.viewport.applyConstraints();
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

/**
 * From twice its size on a pixel is drawn as the square it is; below that, smooth. Tiles end on whole pixels of the
 * screen: the canvas would otherwise draw each one pixel larger than it is, to hide the seams between them.
 */
export function drawPixelsTrue(viewer: OpenSeadragon.Viewer): void {
  let isSmooth = true;
  viewer.addHandler("update-viewport", () => {
    const wantsSmooth = currentZoom(viewer) * OpenSeadragon.pixelDensityRatio < 2;
    if (wantsSmooth === isSmooth) return;
    isSmooth = wantsSmooth;
    viewer.drawer.setImageSmoothingEnabled(isSmooth);
  });
  viewer.addHandler("tile-drawing", ({ context, tile }) => {
    // Turned by another angle, no tile's edge lies along the screen's pixels.
    if (viewer.viewport.getRotation(true) % 90 === 0) snapToPixels(context, tile);
  });
}

/** Moves the edges of the tile that is about to be drawn to the nearest whole pixels, which its neighbours share. */
function snapToPixels(context: CanvasRenderingContext2D, { position, size }: OpenSeadragon.Tile): void {
  if (!position || !size) return;
  const ratio = OpenSeadragon.pixelDensityRatio;
  const [x, y] = [position.x * ratio, position.y * ratio];
  const [left, top] = [Math.round(x), Math.round(y)];
  const right = Math.round(x + (size.x - drawerOverlapPx) * ratio);
  const bottom = Math.round(y + (size.y - drawerOverlapPx) * ratio);
  context.translate(left, top);
  context.scale((right - left) / (size.x * ratio), (bottom - top) / (size.y * ratio));
  context.translate(-x, -y);
}

/** By how much OpenSeadragon's canvas drawer enlarges tiles that do not overlap, in CSS pixels. */
const drawerOverlapPx = 1;

/**
 * From pixels of the image to those of the screen at this moment, counted from the viewer's corner; `ratio` of the
 * screen's pixels are one of CSS. Null while nothing is open.
 */
export function imageTransform(viewer: OpenSeadragon.Viewer, ratio: number): Transform | null {
  const image = viewer.world.getItemCount() > 0 ? imageOf(viewer) : null;
  if (!image) return null;
  // Far apart, so that the steps between pixels are exact.
  const { x: widthPx, y: heightPx } = image.getContentSize();
  const onScreen = (x: number, y: number) =>
    viewer.viewport.pixelFromPoint(image.imageToViewportCoordinates(x, y, true), true);
  const origin = onScreen(0, 0);
  const right = onScreen(widthPx, 0);
  const down = onScreen(0, heightPx);
  return {
    a: ((right.x - origin.x) / widthPx) * ratio,
    b: ((right.y - origin.y) / widthPx) * ratio,
    c: ((down.x - origin.x) / heightPx) * ratio,
    d: ((down.y - origin.y) / heightPx) * ratio,
    e: origin.x * ratio,
    f: origin.y * ratio,
  };
}

/** What is within the image, in the pixels that `transform` leads to; with `marginPx` of them around it. */
export function imageOutline(viewer: OpenSeadragon.Viewer, transform: Transform, marginPx: number): Path2D {
  const { x: widthPx, y: heightPx } = imageOf(viewer).getContentSize();
  const margin = marginPx / Math.hypot(transform.a, transform.b);
  const outline = new Path2D();
  const flat = new Path2D();
  flat.rect(-margin, -margin, widthPx + 2 * margin, heightPx + 2 * margin);
  outline.addPath(flat, transform);
  return outline;
}

/** The pixel of the image at a place of the screen; the inverse of `transform`. */
export function imagePoint({ a, b, c, d, e, f }: Transform, x: number, y: number): { xPx: number; yPx: number } {
  const determinant = a * d - b * c;
  return {
    xPx: (d * (x - e) - c * (y - f)) / determinant,
    yPx: (a * (y - f) - b * (x - e)) / determinant,
  };
}

/** How many times the field fits into the smaller side of the view that shows it. */
const fieldMargin = 3;

/** Jumps to a rectangle of the image, turned as the view is, with as much around it on each side. */
export function showField(
  viewer: OpenSeadragon.Viewer,
  { xPx, yPx, widthPx, heightPx }: Readonly<Record<"xPx" | "yPx" | "widthPx" | "heightPx", number>>,
): void {
  const { x, y } = viewer.viewport.getContainerSize();
  showPlace(viewer, {
    x: xPx + widthPx / 2,
    y: yPx + heightPx / 2,
    zoom: Math.min(x, y) / (fieldMargin * Math.max(widthPx, heightPx)),
    rotation: viewer.viewport.getRotation(false),
  });
}
