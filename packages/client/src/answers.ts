import type { RouterOutputs } from "@tilewright/api";

export type TilingStatus = RouterOutputs["tiling"]["getStatus"];
export type TilingEvent = RouterOutputs["tiling"]["history"]["events"][number];
export type UploadState = RouterOutputs["uploads"]["create"];
export type ImageSummary = RouterOutputs["images"]["get"];
export type ListedImage = RouterOutputs["images"]["list"]["images"][number];
export type AnalysisStatus = RouterOutputs["analysis"]["getStatus"];
export type AnalysisKind = RouterOutputs["analysis"]["kinds"]["kinds"][number];
