import { endedBySignal, PyramidError } from "../errors.ts";
import { type End, endDecoder, startDecoder } from "./decoder.ts";
import { type Answer, isNews, type News, type Outcomes, type Task } from "./messages.ts";
import type { ReadyDecoders } from "./ready-decoders.ts";
import { watchMemory } from "./watch-memory.ts";
import { yieldToOthers } from "./yield-to-others.ts";

export interface ChildOptions {
  readonly signal?: AbortSignal | undefined;
  readonly decoders?: ReadyDecoders | undefined;
  /** An exception that it throws ends the child, and the promise rejects with it. */
  readonly onNews?: (news: News) => void;
}

/**
 * Runs a task in a process of its own. Whatever happens, the process is gone when the promise settles.
 *
 * @throws PyramidError refused by the child, out of memory, out of time, or crashed.
 * @throws the signal's reason, if it was aborted.
 */
export async function runChild<T extends Task>(
  task: T,
  { signal, decoders, onNews }: ChildOptions,
): Promise<Outcomes[T["kind"]]> {
  signal?.throwIfAborted();
  const { limits } = task;
  const decoder = decoders?.take() ?? startDecoder();
  const { process: child, ended } = decoder;
  const outcome = Promise.withResolvers<Outcomes[T["kind"]]>();
  const fail = (reason: unknown): void => outcome.reject(reason);

  child.on("message", (message: News | Answer) => {
    // Its start is short, and until then it would not notice that its parent is gone.
    if (message.kind === "image" && child.pid) void yieldToOthers(child.pid);
    if (isNews(message)) attempt(() => onNews?.(message), fail);
    else if (message.kind === "refused") fail(refusal(message));
    else outcome.resolve(message.outcome as Outcomes[T["kind"]]);
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

function attempt(call: () => void, onError: (reason: unknown) => void): void {
  try {
    call();
  } catch (error) {
    onError(error);
  }
}

const refusal = ({ code, message, detail, neededBytes }: Extract<Answer, { kind: "refused" }>): PyramidError =>
  new PyramidError(code, message, { cause: detail, neededBytes });

const crash = ({ killedBy, stderr }: End): PyramidError => endedBySignal(killedBy ?? "", stderr);

const timedOut = (): PyramidError => new PyramidError("TIMED_OUT", "The image took longer than the time limit.");

const outOfMemory = (limitBytes: number): PyramidError =>
  new PyramidError(
    "OUT_OF_MEMORY",
    `The image took more memory than the limit of ${Math.round(limitBytes / 2 ** 20).toLocaleString("en")} MiB.`,
  );
