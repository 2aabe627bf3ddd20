import type { WireError } from "@tilewright/api";
import { isErrorCode, TilewrightError } from "@tilewright/core";
import type { getFetch } from "@trpc/client";
import type { Connection } from "./connection.ts";
import { ConnectionError, shownAddress } from "./connection-error.ts";

/**
 * A `fetch` that lets through nothing but answers of a Tilewright server. Redirects are not followed: they would carry
 * the caller's headers elsewhere.
 *
 * @throws ConnectionError OUT_OF_REACH, NOT_TILEWRIGHT. @throws TilewrightError refused before any procedure was
 * reached.
 */
export function askingBy({ fetch }: Connection): ReturnType<typeof getFetch> {
  return async (input, init) => {
    const address = shownAddress(String(input));
    const unreachable = (cause: unknown): Promise<never> => {
      init?.signal?.throwIfAborted();
      throw new ConnectionError("OUT_OF_REACH", { address, status: null, cause });
    };
    const options = { ...init, redirect: "manual" } as RequestInit;
    const response = await (fetch ?? globalThis.fetch)(input, options).catch(unreachable);
    const text = await response.text().catch(unreachable);
    const body = parsed(text);
    const refusal = refusalIn(body);
    if (refusal) throw refusal;
    if (!isOfProcedures(body)) throw connectionErrorFor(response.status, address, response.headers.get("location"));
    response.json = async () => body;
    return response;
  };
}

/** What an answer means that is not ours, by its status alone. */
export function connectionErrorFor(status: number, address: string, location: string | null = null): ConnectionError {
  const isPassing = status >= 500 || status === 408 || status === 425 || status === 429;
  return new ConnectionError(isPassing ? "OUT_OF_REACH" : "NOT_TILEWRIGHT", { address, status, location });
}

/** A refusal outside the procedures, such as of a part or of a name of the host. */
export function refusalIn(body: unknown): TilewrightError | null {
  const error = (body as { error?: Partial<WireError> & { message?: unknown } } | null | undefined)?.error;
  if (!isErrorCode(error?.code)) return null;
  return new TilewrightError(error.code, typeof error.message === "string" ? error.message : undefined, error.details);
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isOfProcedures(body: unknown): boolean {
  const answers: readonly unknown[] = Array.isArray(body) ? body : [body];
  return answers.length > 0 && answers.every(isOfProcedure);
}

function isOfProcedure(answer: unknown): boolean {
  if (typeof answer !== "object" || answer === null) return false;
  if ("result" in answer) return typeof answer.result === "object";
  const { error } = answer as { error?: { data?: { tilewright?: { code?: unknown } } } };
  return typeof error?.data?.tilewright?.code === "string";
}
