import { TilewrightError } from "@tilewright/core";
import pLimit from "p-limit";

/** Images that are made at the same time; each may hold some 70 MB of pixels. */
const mostAtOnce = 2;
const mostWaiting = 100;

/** Runs what decodes pixels for a request. @throws TilewrightError SERVER_BUSY too many wait already. */
export type DecodingLimit = <T>(make: () => Promise<T>) => Promise<T>;

/** One for the whole server: memory is shared by all of its routes. */
export function createDecodingLimit(): DecodingLimit {
  const limit = pLimit(mostAtOnce);
  return async (make) => {
    if (limit.pendingCount >= mostWaiting) throw new TilewrightError("SERVER_BUSY");
    return limit(make);
  };
}
