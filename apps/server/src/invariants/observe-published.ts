import { createHash } from "node:crypto";
import {
  manifestKey,
  type ObjectStore,
  type PublishedObjects,
  PyramidManifest,
  type TilingJob,
} from "@tilewright/core";

/** Looks at what a COMPLETED job has published; with `isHashed` at every byte of it. */
export async function observePublished(
  objects: ObjectStore,
  { metadataPath }: TilingJob,
  isHashed: boolean,
): Promise<PublishedObjects> {
  const manifest = metadataPath === null ? "MISSING" : await readManifest(objects, metadataPath);
  if (metadataPath === null || typeof manifest === "string") {
    return { manifest, pyramidBytes: null, pyramidSha256: null };
  }
  const key = metadataPath.slice(0, -manifestKey("").length) + manifest.pyramid.file;
  const pyramid = await objects.head(key);
  return {
    manifest,
    pyramidBytes: pyramid?.sizeBytes ?? null,
    pyramidSha256: pyramid && isHashed ? await digestOf(objects, key) : null,
  };
}

async function readManifest(objects: ObjectStore, key: string): Promise<PublishedObjects["manifest"]> {
  if (!(await objects.head(key))) return "MISSING";
  const bytes = Buffer.concat(await Array.fromAsync(objects.get(key)));
  try {
    return PyramidManifest.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    return "UNREADABLE";
  }
}

async function digestOf(objects: ObjectStore, key: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of objects.get(key)) hash.update(chunk);
  return hash.digest("hex");
}
