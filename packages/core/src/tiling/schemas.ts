import { z } from "zod";
import { DatasetMetadata } from "../image/metadata.ts";
import { count, fraction, HeldJobInput, jobSchemas } from "../jobs/schemas.ts";
import { statusesOf } from "../jobs/status-answer.ts";
import { Sha256 } from "../sha256.ts";
import { line } from "../text.ts";
import { tilingFailures } from "./failure.ts";
import { PreviewFacts, PyramidFacts } from "./pyramid-facts.ts";
import { PyramidSettings } from "./pyramid-settings.ts";
import { tilingStages } from "./status.ts";

const bytes = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/**
 * `stageFraction` is that of bytes fetched, tiles finished, bytes stored; in a heartbeat, by default that of the tiles.
 */
export const {
  Failure: TilingFailure,
  Status: TilingStatus,
  Listed: ListedTiling,
  List: TilingList,
  Event: TilingEvent,
  History: TilingHistory,
  Assignment: TilingAssignment,
  ClaimOutput: ClaimTilingOutput,
  HeartbeatInput: TilingHeartbeatInput,
  MarkFailedInput: MarkTilingFailedInput,
} = jobSchemas({
  stages: tilingStages,
  failures: tilingFailures,
  facts: {
    datasetName: z.string(),
    tilesDone: count,
    tilesTotal: count.nullable(),
    /** Tiles done of all tiles, 0 to 1. */
    progressFraction: fraction,
    /** The job whose pyramid is damaged, and all there is to look at until this one has made another. */
    replacesJobId: z.uuid().nullable(),
    pyramid: PyramidFacts.nullable(),
    /** The same bytes were tiled before, and this is the pyramid of then. */
    isReused: z.boolean(),
    /** Something to look at while the pyramid is being made. */
    preview: PreviewFacts.nullable(),
  },
  details: { datasetMetadata: DatasetMetadata },
  order: {
    datasetName: z.string(),
    sourceKey: z.string(),
    sourceSizeBytes: bytes,
    /** What a worker has read there before, or else what the sender has announced: other bytes must not be tiled. */
    sourceSha256: Sha256.nullable(),
  },
  progress: { tilesDone: count, tilesTotal: count.nullable() },
});
export type TilingStatus = z.infer<typeof TilingStatus>;
export const TilingStatuses = statusesOf(TilingStatus);
export type ListedTiling = z.infer<typeof ListedTiling>;
export type TilingEvent = z.infer<typeof TilingEvent>;
export type TilingAssignment = z.infer<typeof TilingAssignment>;

export const ShowTilingPreviewInput = HeldJobInput.extend({ preview: PreviewFacts });

export const MarkTilingCompleteInput = HeldJobInput.extend({
  metadataPath: line(1_024).min(1),
  /** Of the source as it was read. Without it, the same bytes are not recognised when they come again. */
  sourceSha256: Sha256.optional(),
  /** Of the object under `metadataPath`; checked whenever the pyramid is audited. */
  manifestSha256: Sha256.optional(),
  /** What it was made with. Without them, nobody else's same bytes will share it. */
  settings: PyramidSettings.optional(),
  pyramid: PyramidFacts,
});
export type MarkTilingCompleteInput = z.infer<typeof MarkTilingCompleteInput>;

export const ReuseTilingInput = HeldJobInput.extend({
  /** Of the source as this attempt has read it. */
  sourceSha256: Sha256,
  /** What this attempt would make its pyramid with. */
  settings: PyramidSettings,
});
