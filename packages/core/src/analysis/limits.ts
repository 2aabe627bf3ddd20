/** What an analysis may be. A worker is a stranger's program: each bound is far above what a slide needs. */
export const analysisLimits = {
  layers: 16,
  /** Bytes of one layer's file. */
  layerBytes: 32 * 1024 * 1024,
  /** Cells of a grid: 40 gigapixels in cells of 256 pixels have 610,000. */
  gridCells: 1_000_000,
  /** Vertices of all rings of a GeoJSON layer. */
  vertices: 250_000,
  /** Pixels of an overlay. */
  overlayPixels: 64_000_000,
  numbers: 64,
  fields: 100,
  /** Bytes of a kind's JSON Schema. */
  schemaBytes: 32 * 1024,
  parameters: 40,
  /** Bytes of one analysis' parameters as JSON. */
  parametersBytes: 8 * 1024,
  /** Kinds, in all their versions, that are not withdrawn. */
  kinds: 200,
  /** Bytes of what these say of themselves: a page reads it all. */
  kindsBytes: 512 * 1024,
  /** Analyses of one image that wait or are worked on. */
  activeOfImage: 20,
} as const;
