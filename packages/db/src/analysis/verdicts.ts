import { AnalysisSummary } from "@tilewright/core/analysis";
import type { Transaction } from "../transaction.ts";

/** The library's verdict of one kind becomes that of the newest result on the pyramid that the image shows. */
export async function refreshVerdict(tx: Transaction, imageId: string, kindName: string): Promise<void> {
  await tx.analysisVerdict.deleteMany({ where: { imageId, kindName } });
  const [newest] = await tx.$queryRaw<{ jobId: string; summary: unknown }[]>`
    SELECT id::text AS "jobId", summary FROM analysis_jobs
    WHERE image_id = ${imageId}::uuid AND kind_name = ${kindName} AND status = 'COMPLETED'
      AND pyramid_job_id = (
        SELECT id FROM tiling_jobs WHERE image_id = ${imageId}::uuid AND status = 'COMPLETED' ORDER BY id DESC LIMIT 1)
    ORDER BY id DESC LIMIT 1`;
  if (!newest) return;
  const { verdict, numbers } = AnalysisSummary.parse(newest.summary);
  const known = numbers.flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]));
  await tx.analysisVerdict.create({ data: { imageId, kindName, jobId: newest.jobId, ...verdict } });
  await tx.analysisNumber.createMany({ data: known.map((number) => ({ imageId, kindName, ...number })) });
}
