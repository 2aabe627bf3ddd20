import { DatasetMetadata } from "@tilewright/core/image";
import { newId } from "../ids.ts";
import type { Follow } from "../jobs/follow.ts";
import { submitJob } from "../jobs/submit.ts";
import { recordEvent } from "../jobs/transition.ts";
import { databaseNow } from "../transaction.ts";
import { pyramidOf, reusedDetail } from "./duplicates.ts";
import { toTilingJob } from "./row.ts";
import { tilingTable } from "./table.ts";

/** Every image gets a job; on a duplicate's bytes it begins with its end, the duplicate's pyramid. */
export const tileImage: Follow = async (tx, dispatch, { id: imageId, name, metadata, duplicate }, maxAttempts) => {
  const dataset = { imageId, datasetName: name, datasetMetadata: DatasetMetadata.parse(metadata) };
  if (!duplicate) {
    const request = { ...dataset, replacesJobId: null };
    await submitJob(tilingTable, tx, dispatch, request, maxAttempts, { cause: "SUBMITTED" });
    return;
  }
  const end = { ...pyramidOf(duplicate.job), maxAttempts, finishedAt: await databaseNow(tx) };
  const job = toTilingJob(await tx.tilingJob.create({ data: { id: newId(), ...dataset, ...end } }));
  await recordEvent(tilingTable, tx, job, null, reusedDetail(duplicate));
};
