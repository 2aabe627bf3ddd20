import type { ObjectStore } from "@tilewright/core/storage";

/** Whether exactly `body` lies under a key. */
export async function holds(store: ObjectStore, key: string, body: Uint8Array): Promise<boolean> {
  const info = await store.head(key);
  if (info?.sizeBytes !== body.length) return false;
  return Buffer.from(await store.read(key, { start: 0, end: body.length })).equals(body);
}
