import type { Ports } from "../ports.ts";
import { prefixOfManifest, pyramidKey } from "./keys.ts";
import type { SameBytes, Twin } from "./same-bytes.ts";

/** A twin of which everything is in the store; whether its bytes are still what they were, the audit knows. */
export async function findStoredTwin(ports: Ports, bytes: SameBytes): Promise<Twin | null> {
  const { jobs, objects, settings } = ports;
  if (!settings.sharesSameBytes) return null;
  const twin = await jobs.tiling.findTwin(bytes);
  if (!twin?.job.metadataPath) return null;
  const { metadataPath, pyramid } = twin.job;
  const [manifest, stored, source] = await Promise.all(
    [metadataPath, pyramidKey(prefixOfManifest(metadataPath)), twin.sourceKey].map((key) => objects.head(key)),
  );
  const isWhole = manifest && stored?.sizeBytes === pyramid?.sizeBytes && source?.sizeBytes === bytes.sizeBytes;
  return isWhole ? twin : null;
}
