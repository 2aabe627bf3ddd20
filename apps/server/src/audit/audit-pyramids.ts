import type { Ports } from "@tilewright/core";
import { requireOwnStore } from "@tilewright/core/storage";
import type { TilingJob } from "@tilewright/core/tiling";
import { auditPyramid } from "./audit-pyramid.ts";

/** A pyramid that is not what its manifest says. */
export interface BrokenPyramid {
  readonly job: TilingJob;
  readonly damage: string;
  /** Put in line to make it again; null where somebody was first. */
  readonly replacement: TilingJob | null;
}

export interface AuditReport {
  readonly audited: number;
  readonly broken: readonly BrokenPyramid[];
}

/**
 * Audits the pyramids whose turn it is, and has the broken ones made again from their sources.
 *
 * @param mostBytes how much to read; what is left has its turn first the next time.
 * @param signal ends it after the pyramid that it is at.
 * @throws TilewrightError STORE_OF_OTHER_DATABASE, STORE_NOT_MARKED, STORAGE_UNAVAILABLE
 */
export async function auditPyramids(ports: Ports, mostBytes: number, signal: AbortSignal): Promise<AuditReport> {
  // In another's store, everything would look lost.
  await requireOwnStore(ports);
  let audited = 0;
  const broken: BrokenPyramid[] = [];
  // Jobs on the same bytes share a pyramid.
  const findings = new Map<string | null, string | null>();
  for (const job of await ports.audits.inTurn(mostBytes)) {
    if (signal.aborted) break;
    if (!findings.has(job.metadataPath)) findings.set(job.metadataPath, await auditPyramid(ports.objects, job));
    const found = findings.get(job.metadataPath) ?? null;
    const damage = found && `${found} ${await sourceWords(ports, job)}`;
    const recorded = await ports.audits.record(job, damage, ports.settings.maxAttempts);
    // Deleted or replaced meanwhile: then its objects may be gone by right.
    if (!recorded) continue;
    audited += 1;
    if (damage !== null) broken.push({ job, damage, ...recorded });
  }
  return { audited, broken };
}

async function sourceWords({ images, objects }: Ports, { imageId }: TilingJob): Promise<string> {
  const image = await images.find(imageId);
  const stored = image && (await objects.head(image.sourceKey));
  if (stored?.sizeBytes === image?.sizeBytes) return "It is made again from its source.";
  return `Its source is ${stored ? "damaged" : "gone"} too: only uploading the file again will help.`;
}
