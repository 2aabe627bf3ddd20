import { TilewrightError } from "@tilewright/core";
import { analysisLimits, type KindId, kindText } from "@tilewright/core/analysis";
import { activeStatuses } from "@tilewright/core/jobs";
import type { Transaction } from "../transaction.ts";

/**
 * The tiling whose pyramid the image shows, which stays that until the transaction ends.
 *
 * @throws TilewrightError IMAGE_NOT_FOUND, NO_PYRAMID
 */
export async function requirePyramid(tx: Transaction, imageId: string): Promise<string> {
  const images = await tx.$queryRaw<unknown[]>`SELECT FROM images WHERE id = ${imageId}::uuid FOR UPDATE`;
  if (images.length === 0) throw new TilewrightError("IMAGE_NOT_FOUND");
  const shown = await tx.tilingJob.findFirst({
    where: { imageId, status: "COMPLETED" },
    orderBy: { id: "desc" },
    select: { id: true },
  });
  if (!shown) throw new TilewrightError("NO_PYRAMID");
  return shown.id;
}

/**
 * That the kind is not withdrawn, and won't be before the transaction ends.
 *
 * @throws TilewrightError KIND_NOT_FOUND, KIND_WITHDRAWN
 */
export async function requireOffered(tx: Transaction, kind: KindId): Promise<void> {
  const [row] = await tx.$queryRaw<{ isWithdrawn: boolean }[]>`
    SELECT withdrawn_at IS NOT NULL AS "isWithdrawn" FROM analysis_kinds WHERE id = ${kindText(kind)} FOR SHARE`;
  if (!row) throw new TilewrightError("KIND_NOT_FOUND");
  if (row.isWithdrawn) throw new TilewrightError("KIND_WITHDRAWN");
}

/** @throws TilewrightError TOO_MANY_ANALYSES */
export async function requireFewActive(tx: Transaction, imageId: string): Promise<void> {
  const active = await tx.analysisJob.count({ where: { imageId, status: { in: [...activeStatuses] } } });
  if (active >= analysisLimits.activeOfImage) throw new TilewrightError("TOO_MANY_ANALYSES");
}
