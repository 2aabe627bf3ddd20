import { createHash } from "node:crypto";
import type { ObjectStore } from "@tilewright/core/storage";
import { type PublishedObjects, PyramidManifest, prefixOfManifest, type TilingJob } from "@tilewright/core/tiling";

/** Looks at what a COMPLETED job has published; with `isHashed` at every byte of it. */
export async function observePublished(
  objects: ObjectStore,
  { metadataPath }: TilingJob,
  isHashed: boolean,
): Promise<PublishedObjects> {
  const stored = metadataPath === null ? missing : await readManifest(objects, metadataPath);
  const { manifest } = stored;
  if (metadataPath === null || typeof manifest === "string") {
    return { ...stored, pyramidBytes: null, pyramidSha256: null };
  }
  const key = prefixOfManifest(metadataPath) + manifest.pyramid.file;
  const pyramid = await objects.head(key);
  return {
    ...stored,
    pyramidBytes: pyramid?.sizeBytes ?? null,
    pyramidSha256: pyramid && isHashed ? await digestOf(objects, key) : null,
  };
}

type StoredManifest = Pick<PublishedObjects, "manifest" | "manifestSha256">;
const missing: StoredManifest = { manifest: "MISSING", manifestSha256: null };

async function readManifest(objects: ObjectStore, key: string): Promise<StoredManifest> {
  if (!(await objects.head(key))) return missing;
  const bytes = Buffer.concat(await Array.fromAsync(objects.get(key)));
  const manifestSha256 = createHash("sha256").update(bytes).digest("hex");
  try {
    return { manifest: PyramidManifest.parse(JSON.parse(bytes.toString("utf8"))), manifestSha256 };
  } catch {
    return { manifest: "UNREADABLE", manifestSha256 };
  }
}

async function digestOf(objects: ObjectStore, key: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of objects.get(key)) hash.update(chunk);
  return hash.digest("hex");
}
