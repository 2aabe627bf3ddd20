interface Limit {
  readonly ms: number;
  readonly error: () => Error;
}

/** Beyond it timers fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs `work` with a signal of its own, which ends with `outer` and at the limit. Whatever listens to it, no listener
 * stays behind on `outer`, which may outlive thousands of calls.
 *
 * @throws the reason of `outer`, or the limit's error.
 */
export async function withOwnSignal<Result>(
  outer: AbortSignal | undefined,
  limit: Limit | null,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  outer?.throwIfAborted();
  const own = new AbortController();
  const follow = () => own.abort(outer?.reason);
  outer?.addEventListener("abort", follow, { once: true });
  const timer = limit && setTimeout(() => own.abort(limit.error()), Math.min(limit.ms, longestTimerMs));
  try {
    return await work(own.signal);
  } catch (error) {
    throw own.signal.aborted ? own.signal.reason : error;
  } finally {
    if (timer) clearTimeout(timer);
    outer?.removeEventListener("abort", follow);
  }
}
