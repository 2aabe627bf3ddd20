import { TilewrightError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { installationKey } from "./keys.ts";

/**
 * Makes sure that database and store belong together, before anything is removed for want of a row: by a database that
 * is new, or another's, everything in the store would look like nobody's. The first database to come marks the store.
 *
 * @throws TilewrightError STORE_OF_OTHER_DATABASE
 */
export async function requireOwnStore({ objects, ownership }: Ports): Promise<void> {
  const installationId = await ownership.installationId();
  const mark = await objects.head(installationKey);
  if (!mark) {
    await objects.put(installationKey, new TextEncoder().encode(installationId));
    return;
  }
  const marked = await objects.read(installationKey, { start: 0, end: mark.sizeBytes });
  if (new TextDecoder().decode(marked) !== installationId) throw new TilewrightError("STORE_OF_OTHER_DATABASE");
}
