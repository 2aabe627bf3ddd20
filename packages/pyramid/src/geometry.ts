export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The tiles of one level: `columns` times `rows`, those at the right and the bottom only partly used. */
export interface Grid extends Size {
  readonly columns: number;
  readonly rows: number;
}

export const gridOf = ({ widthPx, heightPx }: Size, tileSizePx: number): Grid => ({
  widthPx,
  heightPx,
  columns: Math.ceil(widthPx / tileSizePx),
  rows: Math.ceil(heightPx / tileSizePx),
});

/** Deep Zoom levels of an image: level 0 is 1 x 1 pixel, the last is full size. */
export const dziLevelCount = ({ widthPx, heightPx }: Size): number => 33 - Math.clz32(Math.max(widthPx, heightPx) - 1);

/** Deep Zoom rounds up when it halves: pixel x of the level covers source pixels x * 2^halvings and on. */
export const dziSize = ({ widthPx, heightPx }: Size, halvings: number): Size => ({
  widthPx: Math.ceil(widthPx / 2 ** halvings),
  heightPx: Math.ceil(heightPx / 2 ** halvings),
});

/** libvips rounds down: its levels may lack the last column or row of a Deep Zoom level. */
export const floorSize = ({ widthPx, heightPx }: Size, halvings: number): Size => ({
  widthPx: Math.floor(widthPx / 2 ** halvings),
  heightPx: Math.floor(heightPx / 2 ** halvings),
});

const mostHalvings = 31;

/** How often the image was halved to become this page, whichever way its size was rounded; null if it wasn't. */
export function halvingsOf(page: Size, full: Size): number | null {
  const halvings = Math.round(Math.log2(full.widthPx / page.widthPx));
  if (!(halvings >= 1 && halvings <= mostHalvings)) return null;
  const [least, most] = [floorSize(full, halvings), dziSize(full, halvings)];
  const isHalved =
    page.widthPx >= least.widthPx &&
    page.widthPx <= most.widthPx &&
    page.heightPx >= least.heightPx &&
    page.heightPx <= most.heightPx;
  return isHalved ? halvings : null;
}

export const countTiles = (levels: readonly Grid[]): number =>
  levels.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
