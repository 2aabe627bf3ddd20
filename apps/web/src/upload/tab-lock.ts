import type { Fingerprint } from "./fingerprint.ts";

/**
 * What this browser's tabs have in hand, so that one tab neither calls interrupted nor sends again what another is
 * sending.
 */
export interface TabLock {
  /** Holds the upload until the answer is called or the tab closes. */
  hold(uploadId: string): () => void;
  /** Uploads that any tab holds. */
  held(): Promise<ReadonlySet<string>>;
  /**
   * Holds the file, as soon as no other tab does, until the answer is called or the tab closes.
   *
   * @param onHeldElsewhere called where that has to be waited for. @throws the signal's reason.
   */
  holdFile(file: Fingerprint, signal: AbortSignal, onHeldElsewhere: () => void): Promise<() => void>;
}

const prefix = "tilewright.upload.";
const filePrefix = "tilewright.file.";

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
    holdFile: async ({ fileName, sizeBytes, lastModified }, signal, onHeldElsewhere) => {
      if (!locks) return () => {};
      const name = `${filePrefix}${sizeBytes}.${lastModified}.${fileName}`;
      const free = await acquire(locks, name, { ifAvailable: true });
      if (free) return free;
      onHeldElsewhere();
      return (await acquire(locks, name, { signal })) ?? (() => {});
    },
  };
}

/** @returns the release; null where it is not to be had at once. */
function acquire(locks: LockManager, name: string, options: LockOptions): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (!lock) return void resolve(null);
      const { promise, resolve: release } = Promise.withResolvers<void>();
      resolve(release);
      return promise;
    };
    locks.request(name, options, hold).catch(reject);
  });
}
