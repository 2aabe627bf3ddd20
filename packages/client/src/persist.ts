import { TilewrightError } from "@tilewright/core";
import { TRPCClientError } from "@trpc/client";
import pRetry from "p-retry";
import { ConnectionError, connectionErrorOf, shownAddress } from "./connection-error.ts";
import { withOwnSignal } from "./own-signal.ts";
import { refusalOf } from "./refusal.ts";

/** The refusals of which another try may get rid. */
const passing: ReadonlySet<string> = new Set([
  "PART_URL_EXPIRED",
  "STORAGE_UNAVAILABLE",
  "SERVER_BUSY",
  "REQUEST_TOO_SLOW",
]);

const retries = 8;
/** An address that has expired in an object store is told from a wrong key by signing it anew. */
const retriesOfStore = 2;

/**
 * Tries again what the network or a restarting server lost; what can't be mended by trying is given up at once.
 *
 * @throws TilewrightError the refusal. @throws ConnectionError with the number of tries.
 */
export async function persist<Result>(
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  let attempts = 0;
  const attempt = (): Promise<Result> => {
    attempts += 1;
    return withOwnSignal(signal, null, work);
  };
  try {
    return await pRetry(attempt, {
      retries,
      minTimeout: 250,
      maxTimeout: 10_000,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => isPassing(error, attempts),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw withCircumstances(error, attempts);
  }
}

function isPassing(error: unknown, attempts: number): boolean {
  const trouble = connectionErrorOf(error);
  if (trouble?.code === "STORE_REFUSED") return attempts <= retriesOfStore;
  if (trouble) return trouble.code === "OUT_OF_REACH";
  const refusal = refusalOf(error);
  if (refusal) return passing.has(refusal.code);
  return (answerOf(error)?.status ?? 0) >= 500;
}

function withCircumstances(error: unknown, attempts: number): unknown {
  const answer = answerOf(error);
  const refusal = refusalOf(error);
  if (refusal) {
    const { code, message, details } = refusal;
    return new TilewrightError(code, message, { ...details, ...answer, attempts });
  }
  const trouble =
    connectionErrorOf(error) ?? (answer && new ConnectionError("OUT_OF_REACH", { ...answer, cause: error }));
  return trouble?.after(attempts) ?? error;
}

/** Where and with what status a procedure answered that threw. */
function answerOf(error: unknown): { readonly address: string; readonly status: number } | null {
  const response = error instanceof TRPCClientError ? error.meta?.["response"] : undefined;
  return response instanceof Response && response.url !== ""
    ? { address: shownAddress(response.url), status: response.status }
    : null;
}
