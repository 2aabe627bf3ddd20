import type { Ports } from "../ports.ts";
import { prefixOfManifest, pyramidKey } from "../storage/keys.ts";
import type { TilingJob } from "./job.ts";
import type { PyramidSettings } from "./pyramid-settings.ts";

/** What makes one pyramid as good as another. */
export interface SameBytes {
  readonly sourceSha256: string;
  readonly sizeBytes: number;
  readonly settings: PyramidSettings;
  /** An image is not its own twin. */
  readonly otherThan?: string | undefined;
}

/** A COMPLETED job whose pyramid its image shows, and an image of the same bytes may show as well. */
export interface Twin {
  readonly job: TilingJob;
  /** Where those bytes are. */
  readonly sourceKey: string;
}

/** A twin of which everything is in the store; whether its bytes are still what they were, the audit knows. */
export async function findStoredTwin(ports: Ports, bytes: SameBytes): Promise<Twin | null> {
  const { tilingJobs, objects, settings } = ports;
  if (!settings.sharesSameBytes) return null;
  const twin = await tilingJobs.findTwin(bytes);
  if (!twin?.job.metadataPath) return null;
  const { metadataPath, pyramid } = twin.job;
  const [manifest, stored, source] = await Promise.all(
    [metadataPath, pyramidKey(prefixOfManifest(metadataPath)), twin.sourceKey].map((key) => objects.head(key)),
  );
  const isWhole = manifest && stored?.sizeBytes === pyramid?.sizeBytes && source?.sizeBytes === bytes.sizeBytes;
  return isWhole ? twin : null;
}
