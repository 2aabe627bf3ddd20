import { type ErrorCode, TilewrightError } from "@tilewright/core";

const codes: Readonly<Record<string, ErrorCode>> = {
  NoSuchKey: "OBJECT_NOT_FOUND",
  NotFound: "OBJECT_NOT_FOUND",
  NoSuchUpload: "UPLOAD_CLOSED",
};

/** Waits for an answer of the store and puts a failure into the words of the ObjectStore port. */
export async function answerOf<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking;
  } catch (error) {
    throw toStoreError(error);
  }
}

export function toStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TilewrightError || error.name === "AbortError") return error;
  const status = statusOf(error);
  const code = codes[error.name];
  if (code) return new TilewrightError(code);
  if (error.name === "NoSuchBucket") {
    return unavailable("The object store has no such bucket as STORAGE_URL names. npm run doctor says more.", error);
  }
  if (status === 401 || status === 403 || error.name === "CredentialsProviderError") {
    return unavailable(
      `The object store refuses the server's credentials (${error.name}). npm run doctor says more.`,
      error,
    );
  }
  // Without a status there was no answer at all: refused, reset, timed out, name unknown.
  const passes = status === undefined || status < 300 || status === 408 || status === 429 || status >= 500;
  return passes ? unavailable(undefined, error) : error;
}

export const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && "$metadata" in error
    ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode
    : undefined;

const unavailable = (sentence: string | undefined, { name, message }: Error): TilewrightError =>
  new TilewrightError("STORAGE_UNAVAILABLE", sentence, { reason: `${name}: ${message}`.slice(0, 300) });
