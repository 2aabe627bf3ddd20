import { randomUUID } from "node:crypto";
import type { AnalysisJob, AnalysisRequest, AnalysisSummary, KindDescription } from "@tilewright/core/analysis";
import type { Image } from "@tilewright/core/image";
import type { PyramidManifest, TilingJob, TilingJobEvent } from "@tilewright/core/tiling";
import type { Upload } from "@tilewright/core/upload";
import { pendingAnalysis } from "./analysis-ports.ts";

const oneMinuteMs = 60_000;

/**
 * Everything the fake server knows. Tests set it up and move it on; the page only ever sees it through the procedures.
 */
export class World {
  readonly images: Image[] = [];
  readonly jobs: TilingJob[] = [];
  readonly events: TilingJobEvent[] = [];
  readonly kinds: KindDescription[] = [];
  readonly analyses: AnalysisJob[] = [];
  /** Whether any file may be here already, so that the page reads it before it sends it. */
  knowsSizes = false;
  readonly uploads = new Map<string, Upload>();
  readonly parts = new Map<string, Map<number, number>>();
  hasWorker = true;
  #minutes = 0;

  /** Later than every moment before. */
  tick(): Date {
    this.#minutes += 1;
    return new Date(Date.UTC(2025, 10, 24, 9) + this.#minutes * oneMinuteMs);
  }

  addImage(
    name: string,
    sizeBytes = 19_430_000_000,
    job: Partial<TilingJob> = {},
    imageId: string = randomUUID(),
  ): TilingJob {
    this.images.push({
      imageId,
      name,
      sizeBytes,
      sourceKey: "",
      sourceSha256: null,
      metadata: {},
      createdAt: this.tick(),
    });
    return this.addJob(imageId, name, job);
  }

  addJob(
    imageId: string,
    datasetName: string,
    change: Partial<TilingJob> = {},
    cause = "SUBMITTED" as const,
  ): TilingJob {
    const at = this.tick();
    const job: TilingJob = { ...pending, jobId: randomUUID(), imageId, datasetName, createdAt: at, updatedAt: at };
    this.jobs.push(job);
    this.#record(job, null, { cause });
    return Object.keys(change).length > 0 ? this.move(job.jobId, change, { cause: "CLAIMED", workerId: "w-1" }) : job;
  }

  removeImage(imageId: string): boolean {
    const index = this.images.findIndex((image) => image.imageId === imageId);
    if (index < 0) return false;
    this.images.splice(index, 1);
    for (const job of this.jobs.filter((each) => each.imageId === imageId)) this.jobs.splice(this.jobs.indexOf(job), 1);
    return true;
  }

  newestJob(imageId: string): TilingJob | null {
    return this.jobs.findLast((job) => job.imageId === imageId) ?? null;
  }

  /** Changes a job; a change of status is recorded with its cause. */
  move(jobId: string, change: Partial<TilingJob>, detail: TilingJobEvent["detail"] = { cause: "CLAIMED" }): TilingJob {
    const index = this.jobs.findIndex((job) => job.jobId === jobId);
    const before = this.jobs[index];
    if (!before) throw new Error(`No job ${jobId}.`);
    const after = { ...before, ...change, version: before.version + 1, updatedAt: this.tick() };
    this.jobs[index] = after;
    if (after.status !== before.status) this.#record(after, before.status, detail);
    return after;
  }

  addAnalysis(request: AnalysisRequest): AnalysisJob {
    const job = pendingAnalysis(request, randomUUID(), this.tick());
    this.analyses.push(job);
    return job;
  }

  moveAnalysis(jobId: string, change: Partial<AnalysisJob>): AnalysisJob {
    const index = this.analyses.findIndex((job) => job.jobId === jobId);
    const before = this.analyses[index];
    if (!before) throw new Error(`No analysis ${jobId}.`);
    const after = { ...before, ...change, version: before.version + 1, updatedAt: this.tick() };
    this.analyses[index] = after;
    return after;
  }

  completeAnalysis(jobId: string, summary: AnalysisSummary): AnalysisJob {
    return this.moveAnalysis(jobId, { status: "COMPLETED", stage: "PUBLISHING", summary, finishedAt: this.tick() });
  }

  complete(jobId: string): TilingJob {
    const change = { ...finished, status: "COMPLETED", stage: "PUBLISHING", finishedAt: this.tick() } as const;
    return this.move(jobId, change, { cause: "COMPLETED", workerId: "w-1" });
  }

  #record(job: TilingJob, from: TilingJobEvent["from"], detail: TilingJobEvent["detail"]): void {
    const { jobId, attempt, status: to } = job;
    this.events.push({ eventId: String(this.events.length + 1), jobId, attempt, from, to, at: this.tick(), detail });
  }
}

const pending = {
  datasetMetadata: {},
  status: "PENDING",
  stage: "QUEUED",
  stageFraction: 0,
  attempt: 0,
  maxAttempts: 5,
  tilesDone: 0,
  tilesTotal: null,
  failureCode: null,
  failureReason: null,
  metadataPath: null,
  settings: null,
  manifestSha256: null,
  replacesJobId: null,
  pyramid: null,
  preview: null,
  workerId: null,
  leaseExpiresAt: null,
  version: 1,
  startedAt: null,
  finishedAt: null,
} as const;

/** The size of the pyramid that `tiles.ts` draws. */
export const pyramid = {
  widthPx: 6_000,
  heightPx: 4_000,
  levelCount: 14,
  tileSizePx: 256,
  tileFormat: "jpeg",
  tileCount: 514,
  sizeBytes: 7_240_000,
} as const;

/** A quarter of it, so that its tiles are those of the pyramid's level 11. */
export const preview = {
  widthPx: 1_500,
  heightPx: 1_000,
  imageWidthPx: 6_000,
  imageHeightPx: 4_000,
  levelCount: 12,
  tileSizePx: 256,
  sizeBytes: 240_000,
};

/** Of every pyramid: a slide scanned at 20×, in three dark images of one channel each. */
export const manifest: PyramidManifest = {
  format: "tilewright-pyramid/1",
  jobId: "0198c0de-0000-7000-8000-00000000000b",
  imageId: "0198c0de-0000-7000-8000-00000000000a",
  attempt: 1,
  source: {
    sizeBytes: 19_430_000_000,
    format: "tiff",
    micrometresPerPixel: 0.4992,
    objectivePower: 20,
    separateChannels: ["DAPI", "FITC", "Cy5"],
    window: { black: 120, white: 3_950, least: 0, most: 65_535, foundBy: "percentiles" },
  },
  pyramid: { ...pyramid, file: "pyramid.tif", sha256: "0".repeat(64), reusedTileCount: 0 },
  settings: { tileSizePx: 256, tileFormat: "jpeg", quality: 80 },
  timingsMs: {},
  software: {},
  createdAt: "2025-11-24T09:00:00.000Z",
};

const finished = { tilesDone: 514, tilesTotal: 514, pyramid, metadataPath: "images/i/tilings/j/1/manifest.json" };
