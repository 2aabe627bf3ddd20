export { type ByteSource, type FileSource, openFileSource } from "./bytes/byte-source.ts";
export { PyramidError, type PyramidErrorCode } from "./errors.ts";
export type {
  ImageFacts,
  PreviewFacts,
  PyramidFacts,
  PyramidShape,
  SampleWindow,
  Written,
} from "./facts.ts";
export { type ReadableFormats, readableFormats } from "./formats/readable-formats.ts";
export { type InspectOptions, inspectImage } from "./inspect-image.ts";
export { longestRowBytes, mcuGrid, skipAc } from "./jpeg/dc/dc-decoder.ts";
export { unstuff } from "./jpeg/dc/entropy-coded-bytes.ts";
export type { HuffmanTable } from "./jpeg/dc/huffman-table.ts";
export { type JpegScan, readJpegScan, type ScanComponent } from "./jpeg/dc/scan.ts";
export { defaultSettings, type PyramidLimits, type PyramidSettings } from "./limits.ts";
export type { ImageFormat, TileFormatName } from "./names.ts";
export { type Decoder, type End, endDecoder, startDecoder } from "./process/decoder.ts";
export { ReadyDecoders } from "./process/ready-decoders.ts";
export { watchMemory } from "./process/watch-memory.ts";
export { yieldToOthers } from "./process/yield-to-others.ts";
export { decodeSample } from "./reading/decode-sample.ts";
export { openPyramid, type Pyramid } from "./reading/open-pyramid.ts";
export { thumbnail } from "./reading/thumbnail.ts";
export { openSourceView, type SourceView } from "./source-view/open-source-view.ts";
export { dziDescriptor } from "./views/dzi-descriptor.ts";
export { iiifContentTypes, iiifImage } from "./views/iiif-image.ts";
export { iiifInfo } from "./views/iiif-info.ts";
export { type IiifAddress, type IiifRequest, IiifRequestError, parseIiif } from "./views/iiif-request.ts";
export { tileContentTypes, tileExtensions } from "./views/tile-names.ts";
export { tileJson, type XyzEdge, xyzMaxZoom, xyzTile } from "./views/xyz.ts";
export { type PreviewOptions, writePreview } from "./write-preview.ts";
export { type WriteOptions, writePyramid } from "./write-pyramid.ts";
