import type { TilingStatus } from "@tilewright/client";
import OpenSeadragon from "openseadragon";

/**
 * A preview of an image whose pyramid is still being made. To the viewer it has the size of the full image, so that
 * places, zoom and links mean the same before and after; only its levels are those of a smaller one. Where the source
 * can be looked at, the image's own levels follow.
 */
export class PreviewSource extends OpenSeadragon.TileSource {
  readonly #folder: string;
  readonly #scale: number;
  readonly #previewLevels: number;

  constructor({ jobId, attempt }: TilingStatus, preview: NonNullable<TilingStatus["preview"]>) {
    super({
      width: preview.imageWidthPx,
      height: preview.imageHeightPx,
      tileSize: preview.tileSizePx,
      tileOverlap: 0,
      minLevel: 0,
      maxLevel: (preview.imageLevelCount ?? preview.levelCount) - 1,
    });
    this.#folder = `/previews/${jobId}/${attempt}`;
    this.#scale = preview.widthPx / preview.imageWidthPx;
    this.#previewLevels = preview.levelCount;
  }

  override getLevelScale(level: number): number {
    return level < this.#previewLevels
      ? this.#scale / 2 ** (this.#previewLevels - 1 - level)
      : 1 / 2 ** (this.maxLevel - level);
  }

  override getTileUrl(level: number, x: number, y: number): string {
    return `${this.#folder}/${level}/${x}_${y}.jpg`;
  }
}
