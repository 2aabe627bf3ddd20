export { PyramidError, type PyramidErrorCode } from "./errors.ts";
export type { ImageFacts, ImageFormat, PyramidFacts, PyramidShape } from "./facts.ts";
export { type InspectOptions, inspectImage } from "./inspect-image.ts";
export type { PyramidLimits, PyramidSettings } from "./limits.ts";
export { type ByteSource, type FileSource, openFileSource } from "./reading/byte-source.ts";
export { dziDescriptor } from "./reading/dzi-descriptor.ts";
export { openPyramid, type Pyramid } from "./reading/open-pyramid.ts";
export { thumbnail } from "./reading/thumbnail.ts";
export { type WriteOptions, writePyramid } from "./write-pyramid.ts";
