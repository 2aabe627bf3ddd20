import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** Work that threads do together: each takes the next row, until none is left. */
export interface RowsTask {
  readonly rowCount: number;
  /** One number, shared by the threads: the next row. */
  readonly next: Int32Array;
}

const mostThreads = 4;

export const sharedCounter = (): Int32Array => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/**
 * Does each of the rows once, until one fails, and then no other thread begins another.
 *
 * @returns whether all of them were done.
 */
export async function takeRows(
  { rowCount, next }: RowsTask,
  doRow: (row: number) => Promise<boolean>,
): Promise<boolean> {
  try {
    for (let row = Atomics.add(next, 0, 1); row < rowCount; row = Atomics.add(next, 0, 1)) {
      if (!(await doRow(row))) return false;
    }
    return true;
  } finally {
    Atomics.store(next, 0, rowCount);
  }
}

/**
 * Does a task in this thread and, as far as there are processors, in others.
 *
 * @param file does in a thread what `work` does here, and posts whether it succeeded.
 */
export async function inThreads<T extends RowsTask>(
  task: T,
  file: URL,
  work: (task: T) => Promise<boolean>,
): Promise<boolean> {
  const others = Math.min(availableParallelism(), mostThreads, task.rowCount) - 1;
  const done = await Promise.all([work(task), ...Array.from({ length: others }, () => inThread(file, task))]);
  return !done.includes(false);
}

function inThread(file: URL, workerData: RowsTask): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  new Worker(file, { workerData })
    .once("message", resolve)
    .once("error", reject)
    .once("exit", () => reject(new Error("The thread ended before its rows were done.")));
  return promise;
}
