import { fileURLToPath } from "node:url";
import { type End, endDecoder, PyramidError, startDecoder, watchMemory, yieldToOthers } from "@tilewright/pyramid";
import type { QualityAnswer } from "../quality-answer.ts";
import type { Message, Task } from "./messages.ts";

const childPath = fileURLToPath(new URL("./child.ts", import.meta.url));

export interface ChildLimits {
  /** Private memory of the child process; one that grows beyond it is killed (on Linux). */
  readonly memoryBytes: number;
  readonly timeoutMs: number | null;
}

export interface ChildOptions {
  readonly limits: ChildLimits;
  readonly signal: AbortSignal | undefined;
  /** An exception that it throws ends the child, and the promise rejects with it. */
  readonly onProgress: (fraction: number) => void;
}

/**
 * Runs a task in a process of its own. Whatever happens, the process is gone when the promise settles, and it ends with
 * this one.
 *
 * @throws PyramidError as the child did, or it was out of memory, out of time, or crashed. @throws the signal's reason.
 */
export async function runChild(task: Task, { limits, signal, onProgress }: ChildOptions): Promise<QualityAnswer> {
  signal?.throwIfAborted();
  const decoder = startDecoder(childPath);
  const { process: child, ended } = decoder;
  const outcome = Promise.withResolvers<QualityAnswer>();
  const fail = (reason: unknown): void => outcome.reject(reason);
  let isYielding = false;
  child.on("message", (message: Message) => {
    if (message.kind === "done") return outcome.resolve(message.answer);
    if (message.kind === "failed")
      return fail(new PyramidError(message.code, message.message, { cause: message.detail }));
    if (!isYielding && child.pid) void yieldToOthers(child.pid);
    isYielding = true;
    try {
      onProgress(message.fraction);
    } catch (error) {
      fail(error);
    }
  });
  ended.then((how) => fail(crash(how)), fail);
  const onAbort = (): void => fail(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = limits.timeoutMs === null ? undefined : setTimeout(() => fail(timedOut()), limits.timeoutMs);
  const unwatch = watchMemory(child.pid ?? 0, limits.memoryBytes, () => fail(outOfMemory(limits.memoryBytes)));
  child.send(task, () => {});
  try {
    return await outcome.promise;
  } finally {
    unwatch();
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    await endDecoder(decoder);
  }
}

/** On a machine that runs out of memory, it is the kernel that sends SIGKILL. */
const crash = ({ killedBy, stderr }: End): PyramidError =>
  killedBy === "SIGKILL"
    ? new PyramidError("OUT_OF_MEMORY", "The system ended the analysis, most likely for want of memory.")
    : new PyramidError("INTERNAL", "The analysis crashed.", { cause: stderr || killedBy });

const timedOut = (): PyramidError => new PyramidError("TIMED_OUT", "The analysis took longer than the time limit.");

const outOfMemory = (limitBytes: number): PyramidError =>
  new PyramidError(
    "OUT_OF_MEMORY",
    `The analysis took more memory than the limit of ${Math.round(limitBytes / 2 ** 20).toLocaleString("en")} MiB.`,
  );
