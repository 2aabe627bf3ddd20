import type { Job } from "@tilewright/core/jobs";

/** A job whose row this node has written or removed. */
export interface JobChange extends Pick<Job, "jobId" | "imageId"> {
  readonly table: string;
}

type Listener = (change: JobChange) => void;

/** Who hears of what is written through a client. */
const listeners = new WeakMap<object, Set<Listener>>();
/** What has been written in a transaction that goes on. */
const written = new WeakMap<object, JobChange[]>();

/** Calls `listener` with each change that is written through `client`, as soon as others can see it. */
export function onJobChange(client: object, listener: Listener): void {
  listeners.set(client, (listeners.get(client) ?? new Set()).add(listener));
}

/**
 * For everything that writes a job's row.
 *
 * @param by the transaction that does, or the client of a write without one, right after it.
 */
export function noteJobChange(
  { names }: { readonly names: { readonly jobs: string } },
  by: object,
  { jobId, imageId }: Omit<JobChange, "table">,
): void {
  const change = { table: names.jobs, jobId, imageId };
  const changes = written.get(by);
  if (changes) changes.push(change);
  else tell(by, [change]);
}

/** Tells what `work` has changed in a transaction of `client` when that has ended, whichever way. */
export async function tellingJobChanges<Tx extends object, Result>(
  client: object,
  transact: (work: (tx: Tx) => Promise<Result>) => Promise<Result>,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  const changes: JobChange[] = [];
  try {
    return await transact((tx) => {
      written.set(tx, changes);
      return work(tx);
    });
  } finally {
    // Also when it failed: the answer to a commit may have been lost.
    tell(client, changes);
  }
}

function tell(client: object, changes: readonly JobChange[]): void {
  for (const listener of listeners.get(client) ?? []) changes.forEach(listener);
}
