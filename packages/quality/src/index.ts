export { analyseQuality, type QualityOptions } from "./analyse-quality.ts";
export { completeParameters, QualityParameters, qualityKind } from "./kind.ts";
export type { QualityAnswer } from "./quality-answer.ts";
