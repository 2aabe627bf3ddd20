import type { AttemptName } from "./ownership.ts";

/** Where things lie in the object store. Everything of one image shares a prefix, everything of one attempt too. */
export const imagesPrefix = "images/";

export const imagePrefix = (imageId: string): string => `${imagesPrefix}${imageId}/`;

export const sourceKey = (imageId: string): string => `${imagePrefix(imageId)}source`;

export const attemptPrefix = (imageId: string, jobId: string, attempt: number): string =>
  `${imagePrefix(imageId)}tilings/${jobId}/${attempt}/`;

export const manifestKey = (prefix: string): string => `${prefix}manifest.json`;
export const previewKey = (prefix: string): string => `${prefix}preview.tif`;
export const pyramidKey = (prefix: string): string => `${prefix}pyramid.tif`;

/** Of the attempt whose manifest lies there. */
export const prefixOfManifest = (metadataPath: string): string => metadataPath.slice(0, -manifestKey("").length);

/** Names the database that this store belongs to. */
export const installationKey = "installation";

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const sourceForm = new RegExp(`^images/(${uuid})/source$`);
const attemptForm = new RegExp(`^images/(${uuid})/tilings/(${uuid})/([1-9]\\d{0,8})/.`);

/** The image whose source lies under `key`; null when it is no source. */
export const imageOfSource = (key: string): string | null => sourceForm.exec(key)?.[1] ?? null;

/** The attempt that wrote what lies under `key`; null when it is no attempt's. */
export function attemptOf(key: string): AttemptName | null {
  const [, imageId, jobId, attempt] = attemptForm.exec(key) ?? [];
  return imageId && jobId ? { imageId, jobId, attempt: Number(attempt) } : null;
}

/** The image under whose prefix something lies; null when it is not in the form of our own keys. */
export const imageOf = (key: string): string | null => imageOfSource(key) ?? attemptOf(key)?.imageId ?? null;
