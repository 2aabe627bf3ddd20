import { TilewrightError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { installationKey } from "./keys.ts";

/**
 * Makes sure that database and store belong together, before anything is removed for want of a row or made again for
 * want of an object: by another's database everything in the store would look like nobody's, and in a directory where
 * the store is not mounted everything would look lost. The first database to come marks the store.
 *
 * @throws TilewrightError STORE_OF_OTHER_DATABASE, STORE_NOT_MARKED
 */
export async function requireOwnStore({ objects, ownership }: Ports): Promise<void> {
  const { installationId, hasMarked } = await ownership.installation();
  const mark = await objects.head(installationKey);
  if (!mark && hasMarked) throw new TilewrightError("STORE_NOT_MARKED");
  // An empty mark is how an operator hands a store over.
  if (!mark || mark.sizeBytes === 0) {
    await objects.put(installationKey, new TextEncoder().encode(installationId));
  } else {
    const marked = await objects.read(installationKey, { start: 0, end: mark.sizeBytes });
    if (new TextDecoder().decode(marked) !== installationId) throw new TilewrightError("STORE_OF_OTHER_DATABASE");
  }
  if (!hasMarked) await ownership.rememberMark();
}
