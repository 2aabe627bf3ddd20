import { defineFailures } from "../jobs/failure.ts";

export const tilingFailures = defineFailures({
  UNSUPPORTED_FORMAT: {
    family: "data",
    sentence: "The file is not an image that can be read here.",
    remedy: "Convert it to TIFF, JPEG, PNG or WebP and upload it again.",
  },
  CORRUPT_IMAGE: {
    family: "data",
    sentence: "The image is damaged or incomplete.",
    remedy: "Export it once more from its source and upload the new file.",
  },
  TOO_MANY_PIXELS: {
    family: "data",
    sentence: "The image has more pixels than this server accepts.",
    remedy: "Ask the operator to raise the pixel limit, or split the image.",
    isOfLimit: true,
  },
  NEEDS_MORE_MEMORY: {
    family: "data",
    sentence: "Tiling this image would need more memory than a worker may use.",
    remedy: "Save it as a tiled TIFF and upload that, or ask the operator to raise LARGE_MEMORY_BYTES and retry.",
    isOfLimit: true,
  },
  EMPTY_FILE: {
    family: "data",
    sentence: "The file has no content.",
    remedy: "Choose a file that is not empty.",
  },
  SIZE_MISMATCH: {
    family: "data",
    sentence: "The stored file is not as long as the file that was announced.",
    remedy: "Upload the file again.",
  },
  CHECKSUM_MISMATCH: {
    family: "data",
    sentence: "The stored file is not the file that was sent.",
    remedy: "Upload the file again.",
  },
  OUT_OF_MEMORY: {
    family: "system",
    sentence: "Tiling this image took more memory than a worker may use.",
    remedy: "Raise the worker's memory limit, or save the image as a tiled TIFF, and retry.",
  },
  TIMED_OUT: {
    family: "system",
    sentence: "Tiling took longer than it may.",
    remedy: "Retry, or raise the worker's time limit.",
  },
  CANCELLED: {
    family: "user",
    sentence: "The job was cancelled.",
    remedy: "Retry to tile the image after all.",
  },
});

export const {
  kinds: failureKinds,
  codes: tilingFailureCodes,
  workerCodes: workerFailureCodes,
  isWorthRetrying,
} = tilingFailures;

export type TilingFailureCode = (typeof tilingFailureCodes)[number];
