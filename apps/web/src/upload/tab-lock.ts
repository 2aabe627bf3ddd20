/** Which uploads this browser's tabs have in hand, so that one tab does not call interrupted what another is sending. */
export interface TabLock {
  /** Holds the upload until the answer is called or the tab closes. */
  hold(uploadId: string): () => void;
  /** Uploads that any tab holds. */
  held(): Promise<ReadonlySet<string>>;
}

const prefix = "tilewright.upload.";

/** Browsers offer locks to secure pages only; without them every tab believes itself alone. */
export function createTabLock(locks: LockManager | undefined): TabLock {
  return {
    hold: (uploadId) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      locks?.request(prefix + uploadId, () => promise).catch(() => {});
      return resolve;
    },
    held: async () => {
      const names = ((await locks?.query())?.held ?? []).map((lock) => lock.name ?? "");
      return new Set(names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)));
    },
  };
}
