import { z } from "zod";
import { HeldJobInput, jobSchemas, ListJobsInput } from "../jobs/schemas.ts";
import { statusesOf } from "../jobs/status-answer.ts";
import { Sha256 } from "../sha256.ts";
import { line } from "../text.ts";
import { PyramidFacts } from "../tiling/pyramid-facts.ts";
import { analysisFailures } from "./failure.ts";
import { KindDescription, KindName, KindVersion } from "./kind.ts";
import { analysisLimits } from "./limits.ts";
import { Parameters } from "./parameters-schema.ts";
import { AnalysisFindings, AnalysisSummary, isNoResult, resultIsOurs } from "./result.ts";
import { analysisStages } from "./stages.ts";

const KindId = z.strictObject({ name: KindName, version: KindVersion });
const workerId = line(200).min(1);

/** What a worker is to look at. Addresses are relative to the server. */
const Input = PyramidFacts.pick({
  widthPx: true,
  heightPx: true,
  levelCount: true,
  tileSizePx: true,
  tileFormat: true,
}).extend({
  /** The tiling that made it. */
  jobId: z.uuid(),
  /** Of the pyramid's file. */
  sha256: Sha256,
  /** At full size; null where the image does not say. */
  micrometresPerPixel: z.number().nullable(),
  /** Key of the pyramid's manifest, for workers that have the store. */
  metadataPath: z.string(),
  /** Deep Zoom: its descriptor, and the folder that its tiles lie in as `<level>/<column>_<row>.<format>`. */
  dziUrl: z.string(),
  tilesUrl: z.string(),
});

export const {
  Status: AnalysisStatus,
  List: AnalysisList,
  History: AnalysisHistory,
  Assignment: AnalysisAssignment,
  ClaimOutput: ClaimAnalysisOutput,
  HeartbeatInput: AnalysisHeartbeatInput,
  MarkFailedInput: MarkAnalysisFailedInput,
} = jobSchemas({
  stages: analysisStages,
  failures: analysisFailures,
  facts: {
    kind: KindDescription.pick({ name: true, version: true, title: true }),
    parameters: Parameters,
    /** The tiling whose pyramid was looked at: its image may show another by now. */
    pyramidJobId: z.uuid(),
    summary: AnalysisSummary.nullable(),
  },
  details: {},
  order: { kind: KindId, parameters: Parameters, pyramid: Input },
  progress: {},
});
export type AnalysisStatus = z.infer<typeof AnalysisStatus>;
export const AnalysisStatuses = statusesOf(AnalysisStatus);
export type AnalysisAssignment = z.infer<typeof AnalysisAssignment>;

export const SubmitAnalysisInput = z.strictObject({
  imageId: z.uuid(),
  kind: KindName,
  /** Those that are left out have the kind's defaults. */
  parameters: Parameters.default({}),
});

export const ListAnalysesInput = ListJobsInput.unwrap()
  .extend({ imageId: z.uuid().optional(), kind: KindName.optional() })
  .prefault({});

export const ListKindsInput = z.strictObject({}).prefault({});
/** `isThere`: a worker of that kind was heard of lately. */
export const AnalysisKindList = z.object({ kinds: z.array(KindDescription.extend({ isThere: z.boolean() })) });

const mostAtOnce = 20;
export const RegisterKindsInput = z.strictObject({ workerId, kinds: z.array(KindDescription).min(1).max(mostAtOnce) });
export const RegisteredKinds = z.object({ kinds: z.array(KindId) });
export const WithdrawKindInput = z.strictObject({ name: KindName });
export const WithdrawnKind = z.object({ name: KindName });

export const ClaimAnalysisInput = z.strictObject({
  workerId,
  /** Made up by the worker for each job that it asks for: when an answer was lost, the same id gets the same job. */
  claimId: z.uuid().optional(),
  /** Only jobs of these, which the worker has registered before. */
  kinds: z.array(KindId).min(1).max(mostAtOnce),
  /** How long the call may wait for work, in milliseconds. */
  waitMs: z.int().min(0).max(30_000).default(20_000),
});

export const OpenOutputsInput = HeldJobInput.extend({
  files: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z0-9][a-z0-9-]{0,62}\.(?:json|geojson|png|webp)$/, "a plain file name without folders")
          .refine(isNoResult, resultIsOurs),
        sizeBytes: z.int().min(1),
      }),
    )
    .min(1)
    .max(analysisLimits.layers),
});
/**
 * Each address takes its file in one PUT; absolute where the store takes it, relative to the server where that does.
 */
export const OpenedOutputs = z.object({
  files: z.array(z.object({ name: z.string(), url: z.string(), expiresAt: z.iso.datetime() })),
});

export const MarkAnalysisCompleteInput = HeldJobInput.extend(AnalysisFindings.shape);
export type MarkAnalysisCompleteInput = z.infer<typeof MarkAnalysisCompleteInput>;

export const RemovedAnalysis = z.object({ jobId: z.uuid() });
