import type { Ports } from "../ports.ts";
import type { AttemptName } from "./attempt-name.ts";
import { attemptOf, imageOfSource, imagePrefix, imagesPrefix } from "./keys.ts";
import type { OpenMultipart } from "./object-store.ts";
import { requireOwnStore } from "./own-store.ts";

const batchSize = 500;
const multipartGraceMs = 60 * 60_000;

/**
 * Removes what has lost its last owner: the objects of a deleted image but for what others share with it, and what it
 * shared of others that are deleted.
 *
 * @param signal ends it early; what is left is found again.
 * @returns how many prefixes of images were looked through.
 */
export async function reclaimObjects(ports: Ports, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (const { reclaimId, imageId } of await ports.images.findReclaims(100)) {
    if (signal.aborted) break;
    await removeOrphans(ports, imagePrefix(imageId), signal);
    if (signal.aborted) break;
    await ports.images.forgetReclaim(reclaimId);
    count += 1;
  }
  return count;
}

/**
 * Goes through the whole store and removes what nobody owns: sources and attempts without a row that needs them, and
 * the parts of uploads that were given up. What is not in the form of our own keys is left alone.
 *
 * @param signal ends it early; what is left is found again.
 * @returns how many objects and uploads were removed.
 * @throws TilewrightError STORE_OF_OTHER_DATABASE, STORE_NOT_MARKED
 */
export async function sweepStore(ports: Ports, signal: AbortSignal): Promise<number> {
  await requireOwnStore(ports);
  let count = await removeOrphans(ports, imagesPrefix, signal);
  for await (const uploads of inBatches(ports.objects.listMultiparts(imagesPrefix))) {
    if (signal.aborted) return count;
    const orphans = await orphanedUploads(ports, uploads);
    for (const upload of orphans) await ports.objects.abortMultipart(upload);
    count += orphans.length;
  }
  return count;
}

async function removeOrphans(ports: Ports, prefix: string, signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const objects of inBatches(ports.objects.list(prefix))) {
    if (signal.aborted) break;
    const orphans = await orphansAmong(
      ports,
      objects.map(({ key }) => key),
    );
    await ports.objects.deleteMany(orphans);
    count += orphans.length;
  }
  return count;
}

async function orphansAmong(ports: Ports, keys: readonly string[]): Promise<string[]> {
  const sources = keys.map(imageOfSource).filter((imageId) => imageId !== null);
  const attempts = keys.map(attemptOf).filter((attempt) => attempt !== null);
  const unownedSources = new Set(await ports.ownership.findUnownedSources(sources));
  const unownedAttempts = new Set((await ports.ownership.findUnownedAttempts(attempts)).map(nameOf));
  return keys.filter((key) => {
    const attempt = attemptOf(key);
    return attempt ? unownedAttempts.has(nameOf(attempt)) : unownedSources.has(imageOfSource(key) ?? "");
  });
}

/** An attempt publishes its pyramid in parts too, for as long as it takes. */
async function orphanedUploads(ports: Ports, uploads: readonly OpenMultipart[]): Promise<OpenMultipart[]> {
  const attempts = uploads.map(({ key }) => attemptOf(key)).filter((attempt) => attempt !== null);
  const ofPeople = uploads.filter(({ key }) => attemptOf(key) === null);
  const unownedAttempts = new Set((await ports.ownership.findUnownedAttempts(attempts)).map(nameOf));
  const unowned = new Set(await ports.ownership.findUnownedMultiparts(ofPeople, multipartGraceMs));
  return uploads.filter(({ key, storageUploadId }) => {
    const attempt = attemptOf(key);
    return attempt ? unownedAttempts.has(nameOf(attempt)) : unowned.has(storageUploadId);
  });
}

const nameOf = ({ domain, imageId, jobId, attempt }: AttemptName): string =>
  [domain, imageId, jobId, attempt].join("/");

async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncIterable<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
