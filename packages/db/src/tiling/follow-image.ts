import { DatasetMetadata } from "@tilewright/core/image";
import { newId } from "../ids.ts";
import type { Follow } from "../jobs/follow.ts";
import { submitJob } from "../jobs/submit.ts";
import { recordEvent } from "../jobs/transition.ts";
import { databaseNow } from "../transaction.ts";
import { toTilingJob } from "./row.ts";
import { tilingTable } from "./table.ts";
import { pyramidOf, reusedDetail } from "./twins.ts";

/** Every image gets a job; on a twin's bytes it begins with its end, the twin's pyramid. */
export const tileImage: Follow = async (tx, dispatch, { id: imageId, name, metadata, twin }, maxAttempts) => {
  const dataset = { imageId, datasetName: name, datasetMetadata: DatasetMetadata.parse(metadata) };
  if (!twin) {
    const request = { ...dataset, replacesJobId: null };
    await submitJob(tilingTable, tx, dispatch, request, maxAttempts, { cause: "SUBMITTED" });
    return;
  }
  const end = { ...pyramidOf(twin.job), maxAttempts, finishedAt: await databaseNow(tx) };
  const job = toTilingJob(await tx.tilingJob.create({ data: { id: newId(), ...dataset, ...end } }));
  await recordEvent(tilingTable, tx, job, null, reusedDetail(twin));
};
