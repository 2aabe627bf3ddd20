import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import { requireJob } from "../../jobs/verbs/status.ts";
import { refusal } from "../../jobs/verbs/work.ts";
import type { Ports } from "../../ports.ts";
import { attemptPrefix } from "../../storage/keys.ts";
import type { ObjectStore, OpenMultipart } from "../../storage/object-store.ts";
import { analysis } from "../domain.ts";
import type { AnalysisJob } from "../job.ts";
import { readLayer } from "../layers/check-layer.ts";
import { invalid } from "../layers/refuse.ts";
import { analysisLimits } from "../limits.ts";
import type { AnalysisLayer } from "../result.ts";
import type { OpenedOutputs, OpenOutputsInput } from "../schemas.ts";

/**
 * Opens an address for each of the files of an attempt's layers, which takes it in one PUT. Asked for again, a file is
 * begun anew. Nobody sees it before the job is COMPLETED.
 *
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT, LAYER_TOO_LARGE, STORAGE_FULL
 */
export async function openOutputs(
  ports: Ports,
  { jobId, attempt, files }: z.infer<typeof OpenOutputsInput>,
): Promise<z.infer<typeof OpenedOutputs>> {
  for (const { name, sizeBytes } of files) requireRoomFor(name, sizeBytes);
  const job = await requireHeld(ports, jobId, attempt);
  const prefix = attemptPrefix(analysis.place, job);
  await requireFew(
    ports.objects,
    prefix,
    files.map(({ name }) => sentKey(prefix, name)),
  );
  const opened = [];
  for (const { name, sizeBytes } of files) {
    const { url, expiresAt } = await openOutput(ports.objects, sentKey(prefix, name), sizeBytes);
    opened.push({ name, url, expiresAt: expiresAt.toISOString() });
  }
  return { files: opened };
}

/**
 * Where a file lies that was sent to an address of ours. Its worker may send it anew at any moment; what was checked is
 * copied from here to its own place, which no address leads to.
 */
export const sentKey = (prefix: string, name: string): string => `${prefix}sent/${name}`;

/** The job, while the attempt holds it. @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT */
export async function requireHeld(ports: Ports, jobId: string, attempt: number): Promise<AnalysisJob> {
  const job = await requireJob(analysis, ports, { jobId });
  if (job.status !== "IN_PROGRESS" || job.attempt !== attempt) throw await refusal(analysis, ports, jobId);
  return job;
}

function requireRoomFor(name: string, sizeBytes: number): void {
  const { layerBytes } = analysisLimits;
  if (sizeBytes <= layerBytes) return;
  const sentence = `“${name}” has ${sizeBytes} bytes; this server accepts at most ${layerBytes}.`;
  throw new TilewrightError("LAYER_TOO_LARGE", sentence, { sizeBytes, layerBytes });
}

async function requireFew(objects: ObjectStore, prefix: string, keys: readonly string[]): Promise<void> {
  const begun = [...(await collected(objects.listMultiparts(prefix))), ...(await collected(objects.list(prefix)))];
  const all = new Set([...keys, ...begun.map(({ key }) => key).filter((key) => key.startsWith(prefix))]);
  if (all.size <= analysisLimits.layers) return;
  throw new TilewrightError(
    "INVALID_INPUT",
    `An attempt may have ${analysisLimits.layers} files, and not ${all.size}.`,
  );
}

async function openOutput(objects: ObjectStore, key: string, sizeBytes: number) {
  for (const begun of await multipartsOf(objects, key)) await objects.abortMultipart(begun);
  await objects.deleteMany([key]);
  const upload = await objects.createMultipart(key, { sizeBytes, partSizeBytes: sizeBytes, partCount: 1 });
  return objects.signPart(upload, 1, sizeBytes);
}

/** Makes an object of what has arrived of an output, if anything has. */
export async function closeOutput(objects: ObjectStore, prefix: string, name: string): Promise<void> {
  const key = sentKey(prefix, name);
  for (const upload of await multipartsOf(objects, key)) {
    if ((await objects.listParts(upload)).length > 0) await objects.completeMultipart(upload);
    else await objects.abortMultipart(upload);
  }
}

/** Where a layer's file is: sent to us, or put to its own place by a worker that has the store. */
export async function outputKey(objects: ObjectStore, prefix: string, name: string): Promise<string> {
  const sent = sentKey(prefix, name);
  return (await objects.head(sent)) ? sent : prefix + name;
}

/**
 * Copies a layer's file to its own place, once its bytes are those that the result names.
 *
 * @throws TilewrightError LAYER_MISSING, RESULT_INVALID
 */
export async function placeOutput(objects: ObjectStore, prefix: string, layer: AnalysisLayer): Promise<void> {
  const key = await outputKey(objects, prefix, layer.file);
  const bytes = await readLayer(objects, key, layer);
  if (!(await objects.putNew(prefix + layer.file, bytes))) throw publishedAnother();
}

export const publishedAnother = (): TilewrightError => invalid("This attempt has published another result already.");

/** Removes what an attempt has sent, and its result does not name. */
export async function removeOthers(objects: ObjectStore, prefix: string, named: readonly string[]): Promise<void> {
  for await (const upload of objects.listMultiparts(prefix)) {
    if (upload.key.startsWith(prefix)) await objects.abortMultipart(upload);
  }
  const stored = (await collected(objects.list(prefix))).map(({ key }) => key);
  await objects.deleteMany(stored.filter((key) => !named.includes(key)));
}

/** By the whole key, as some stores list no uploads by less. */
async function multipartsOf(objects: ObjectStore, key: string): Promise<OpenMultipart[]> {
  return (await collected(objects.listMultiparts(key))).filter((upload) => upload.key === key);
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
