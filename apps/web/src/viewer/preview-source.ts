import type { TilingStatus } from "@tilewright/client";
import OpenSeadragon from "openseadragon";

/**
 * A preview of an image whose pyramid is still being made. To the viewer it has the size of the full image, so that
 * places, zoom and links mean the same before and after; only its levels are those of a smaller one.
 */
export class PreviewSource extends OpenSeadragon.TileSource {
  readonly #folder: string;
  readonly #scale: number;

  constructor({ jobId, attempt }: TilingStatus, preview: NonNullable<TilingStatus["preview"]>) {
    super({
      width: preview.imageWidthPx,
      height: preview.imageHeightPx,
      tileSize: preview.tileSizePx,
      tileOverlap: 0,
      minLevel: 0,
      maxLevel: preview.levelCount - 1,
    });
    this.#folder = `/previews/${jobId}/${attempt}`;
    this.#scale = preview.widthPx / preview.imageWidthPx;
  }

  override getLevelScale(level: number): number {
    return this.#scale / 2 ** (this.maxLevel - level);
  }

  override getTileUrl(level: number, x: number, y: number): string {
    return `${this.#folder}/${level}/${x}_${y}.jpg`;
  }
}
