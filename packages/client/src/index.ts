import type { AppRouter, RouterInputs, RouterOutputs } from "@tilewright/api";
import { createTRPCClient, type TRPCClient } from "@trpc/client";
import { addressBelow } from "./address.ts";
import type { Connection } from "./connection.ts";
import { tilewrightLinks } from "./links.ts";
import { type WaitOptions, waitUntilReady } from "./tiling/wait-until-ready.ts";
import { type UploadOptions, uploadImage } from "./upload/upload-image.ts";
import type { UploadSource } from "./upload/upload-source.ts";

export type { AppRouter, RouterInputs, RouterOutputs };

export type TilingStatus = RouterOutputs["tiling"]["getStatus"];
export type TilingEvent = RouterOutputs["tiling"]["history"]["events"][number];
export type UploadState = RouterOutputs["uploads"]["create"];
export type ImageSummary = RouterOutputs["images"]["get"];
export type ListedImage = RouterOutputs["images"]["list"]["images"][number];

/** The typed procedures of the server, domain by domain, and where it answers. */
export type Calls = Pick<TRPCClient<AppRouter>, "images" | "uploads" | "tiling"> & { readonly baseUrl: string };

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
  const { images, uploads, tiling } = createTRPCClient<AppRouter>({ links: tilewrightLinks(connection) });
  const calls: Calls = { images, uploads, tiling, baseUrl };
  return {
    images,
    uploads,
    tiling,
    uploadImage: (source, options) => uploadImage(calls, connection, source, options),
    waitUntilReady: (imageId, options) => waitUntilReady(calls, imageId, options),
    dziUrl: (jobId) => addressBelow(baseUrl, `/pyramids/${jobId}.dzi`),
  };
}

export { type ErrorCode, TilewrightError } from "@tilewright/core/errors";
export type { Connection } from "./connection.ts";
export { ConnectionError, type ConnectionTrouble, connectionErrorOf } from "./connection-error.ts";
export { refusalOf, TilingFailedError, WaitTimeoutError } from "./errors.ts";
export { tilewrightLinks } from "./links.ts";
export type { WaitOptions } from "./tiling/wait-until-ready.ts";
export type { UploadProgress } from "./upload/progress.ts";
export type { UploadOptions } from "./upload/upload-image.ts";
export type { UploadSource } from "./upload/upload-source.ts";
