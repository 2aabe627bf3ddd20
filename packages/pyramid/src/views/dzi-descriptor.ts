import type { PyramidShape } from "../facts.ts";

/** The Deep Zoom descriptor, an XML document: what a viewer loads before the tiles. */
export const dziDescriptor = ({
  widthPx,
  heightPx,
  tileSizePx,
  tileFormat,
}: Pick<PyramidShape, "widthPx" | "heightPx" | "tileSizePx" | "tileFormat">): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="${tileFormat}" Overlap="0" TileSize="${tileSizePx}">
  <Size Width="${widthPx}" Height="${heightPx}"/>
</Image>
`;
