import type { Ports } from "../ports.ts";
import { prefixOfManifest, pyramidKey } from "./keys.ts";
import type { Duplicate, SameBytes } from "./same-bytes.ts";

/** A duplicate of which everything is in the store; whether its bytes are still what they were, the audit knows. */
export async function findStoredDuplicate(ports: Ports, bytes: SameBytes): Promise<Duplicate | null> {
  const { jobs, objects, settings } = ports;
  if (!settings.sharesSameBytes) return null;
  const duplicate = await jobs.tiling.findDuplicate(bytes);
  if (!duplicate?.job.metadataPath) return null;
  const { metadataPath, pyramid } = duplicate.job;
  const [manifest, stored, source] = await Promise.all(
    [metadataPath, pyramidKey(prefixOfManifest(metadataPath)), duplicate.sourceKey].map((key) => objects.head(key)),
  );
  const isWhole = manifest && stored?.sizeBytes === pyramid?.sizeBytes && source?.sizeBytes === bytes.sizeBytes;
  return isWhole ? duplicate : null;
}
