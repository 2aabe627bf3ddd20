import type { Page } from "playwright-core";

/** What the layers put over the image at a place of the view, counted from its middle: red, green, blue, alpha. */
export const overImage = (page: Page, rightPx: number, downPx: number) =>
  page.locator("canvas[data-drawn]").evaluate(
    (layers, [right = 0, down = 0]) => {
      const { width, height } = layers as HTMLCanvasElement;
      const copy = new OffscreenCanvas(1, 1).getContext("2d");
      copy?.drawImage(layers as HTMLCanvasElement, -Math.round(width / 2 + right), -Math.round(height / 2 + down));
      return [...(copy?.getImageData(0, 0, 1, 1).data ?? [])];
    },
    [rightPx, downPx],
  );
