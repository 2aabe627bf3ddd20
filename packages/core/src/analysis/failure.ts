import { defineFailures } from "../jobs/failure.ts";

export const analysisFailures = defineFailures({
  PYRAMID_GONE: {
    family: "data",
    sentence: "The pyramid that was to be analysed has been replaced by a newer one.",
    remedy: "Retry to analyse the newer pyramid.",
    isOfLimit: true,
  },
  UNSUITABLE_IMAGE: {
    family: "data",
    sentence: "This kind of analysis can't be made of this image.",
    remedy: "Choose another kind, or other parameters.",
  },
  RESULT_INVALID: {
    family: "data",
    sentence: "The worker's result does not have the form that its kind promises.",
    remedy: "Tell whoever wrote the worker, and retry with the next version of it.",
    isOfLimit: true,
  },
  KIND_WITHDRAWN: {
    family: "data",
    sentence: "This kind of analysis was withdrawn before a worker began.",
    remedy: "Choose another kind.",
  },
  OUT_OF_MEMORY: {
    family: "system",
    sentence: "The analysis took more memory than a worker may use.",
    remedy: "Retry with parameters that look at fewer pixels, or raise the worker's memory limit.",
  },
  TIMED_OUT: {
    family: "system",
    sentence: "The analysis took longer than it may.",
    remedy: "Retry, or raise the worker's time limit.",
  },
  CANCELLED: {
    family: "user",
    sentence: "The analysis was cancelled.",
    remedy: "Retry to analyse the image after all.",
  },
});

export type AnalysisFailureCode = (typeof analysisFailures.codes)[number];
