import { jobDomains } from "../domains.ts";

/** What an attempt publishes under its prefix. */
export const manifestKey = (prefix: string): string => prefix + jobDomains.tiling.manifest;
export const previewKey = (prefix: string): string => `${prefix}preview.tif`;
export const pyramidKey = (prefix: string): string => `${prefix}pyramid.tif`;

/** Of the attempt whose manifest lies there. */
export const prefixOfManifest = (metadataPath: string): string => metadataPath.slice(0, -manifestKey("").length);
