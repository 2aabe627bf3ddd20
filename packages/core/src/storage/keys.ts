/** Where things lie in the object store. Everything of one image shares a prefix, everything of one attempt too. */
export const imagesPrefix = "images/";

export const imagePrefix = (imageId: string): string => `${imagesPrefix}${imageId}/`;

export const sourceKey = (imageId: string): string => `${imagePrefix(imageId)}source`;

export const attemptPrefix = (imageId: string, jobId: string, attempt: number): string =>
  `${imagePrefix(imageId)}tilings/${jobId}/${attempt}/`;

export const manifestKey = (prefix: string): string => `${prefix}manifest.json`;
export const previewKey = (prefix: string): string => `${prefix}preview.tif`;
export const pyramidKey = (prefix: string): string => `${prefix}pyramid.tif`;

/** Names the database that this store belongs to. */
export const installationKey = "installation";

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const sourceForm = new RegExp(`^images/(${uuid})/source$`);
const attemptForm = new RegExp(`^images/${uuid}/tilings/(${uuid})/([1-9]\\d{0,8})/.`);

/** The image whose source lies under `key`; null when it is no source. */
export const imageOfSource = (key: string): string | null => sourceForm.exec(key)?.[1] ?? null;

/** The attempt that wrote what lies under `key`; null when it is no attempt's. */
export function attemptOf(key: string): { readonly jobId: string; readonly attempt: number } | null {
  const [, jobId, attempt] = attemptForm.exec(key) ?? [];
  return jobId ? { jobId, attempt: Number(attempt) } : null;
}
