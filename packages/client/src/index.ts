import type { AppRouter, RouterInputs, RouterOutputs } from "@tilewright/api";
import { createTRPCClient } from "@trpc/client";
import { addressBelow } from "./address.ts";
import type { TilingStatus } from "./answers.ts";
import type { Calls } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { tilewrightLinks } from "./links.ts";
import { type WaitOptions, waitUntilReady } from "./tiling/wait-until-ready.ts";
import { type UploadOptions, uploadImage } from "./upload/upload-image.ts";
import type { UploadSource } from "./upload/upload-source.ts";

export type { AppRouter, RouterInputs, RouterOutputs };

export interface TilewrightClient extends Omit<Calls, "baseUrl"> {
  /** @see uploadImage */
  uploadImage(source: UploadSource, options?: UploadOptions): ReturnType<typeof uploadImage>;
  /** @see waitUntilReady */
  waitUntilReady(imageId: string, options?: WaitOptions): Promise<TilingStatus>;
  /** Address of the DZI descriptor of a COMPLETED tiling. */
  dziUrl(jobId: string): string;
}

/** Connects to a Tilewright server. Nothing is sent before the first call. */
export function createTilewrightClient(connection: Connection): TilewrightClient {
  const { baseUrl } = connection;
  const { images, uploads, tiling, analysis } = createTRPCClient<AppRouter>({ links: tilewrightLinks(connection) });
  const calls: Calls = { images, uploads, tiling, analysis, baseUrl };
  return {
    images,
    uploads,
    tiling,
    analysis,
    uploadImage: (source, options) => uploadImage(calls, connection, source, options),
    waitUntilReady: (imageId, options) => waitUntilReady(calls, imageId, options),
    dziUrl: (jobId) => addressBelow(baseUrl, `/pyramids/${jobId}.dzi`),
  };
}

export { type ErrorCode, TilewrightError } from "@tilewright/core";
export type {
  AnalysisKind,
  AnalysisStatus,
  ImageSummary,
  ListedImage,
  TilingEvent,
  TilingStatus,
  UploadState,
} from "./answers.ts";
export type { Calls } from "./calls.ts";
export type { Connection } from "./connection.ts";
export { ConnectionError, type ConnectionTrouble, connectionErrorOf } from "./connection-error.ts";
export { JobFailedError } from "./jobs/job-failed-error.ts";
export type { JobEvent, JobFailure, JobStatus } from "./jobs/job-status.ts";
export { WaitTimeoutError } from "./jobs/wait-timeout-error.ts";
export type { JobWaitOptions } from "./jobs/wait-until-done.ts";
export { tilewrightLinks } from "./links.ts";
export { refusalOf } from "./refusal.ts";
export { followTiling } from "./tiling/follow-tiling.ts";
export { TilingFailedError } from "./tiling/tiling-failed-error.ts";
export type { WaitOptions } from "./tiling/wait-until-ready.ts";
export type { UploadProgress } from "./upload/progress.ts";
export type { UploadOptions } from "./upload/upload-image.ts";
export type { UploadSource } from "./upload/upload-source.ts";
