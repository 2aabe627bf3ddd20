/** Where things lie in the object store. Everything of one image shares a prefix, everything of one attempt too. */
export const sourceKey = (imageId: string): string => `images/${imageId}/source`;

export const attemptPrefix = (imageId: string, jobId: string, attempt: number): string =>
  `images/${imageId}/tilings/${jobId}/${attempt}/`;

export const manifestKey = (prefix: string): string => `${prefix}manifest.json`;
export const previewKey = (prefix: string): string => `${prefix}preview.tif`;
export const pyramidKey = (prefix: string): string => `${prefix}pyramid.tif`;
