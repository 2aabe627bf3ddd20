import type { TilingStatus } from "../answers.ts";
import type { Calls } from "../calls.ts";
import { questionAfter, statusIn } from "../jobs/known-status.ts";

/**
 * The newest tiling of an image, by whoever knows its status as it was: only what has changed travels.
 *
 * @throws TilewrightError IMAGE_NOT_FOUND
 */
export async function followTiling(
  { tiling }: Pick<Calls, "tiling">,
  imageId: string,
  last: TilingStatus | null | undefined,
  signal?: AbortSignal,
): Promise<TilingStatus> {
  const { jobs } = await tiling.getStatuses.query(questionAfter(imageId, last), { ...(signal && { signal }) });
  return statusIn(jobs, last);
}
