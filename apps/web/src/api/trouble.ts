import { connectionErrorOf, refusalOf } from "@tilewright/client";

/**
 * What stands between a call and its answer: the server refused (`REFUSED`, final), it could not (`AT_FAULT`), or it
 * was out of reach (`AWAY`).
 */
export type TroubleKind = "REFUSED" | "AT_FAULT" | "AWAY";

export interface Trouble {
  readonly kind: TroubleKind;
  /** One sentence for people. */
  readonly sentence: string;
}

interface ServerFault {
  readonly tilewright?: { readonly code: string; readonly requestId: string | null };
}

/** What the server says of a request's form is for programmers. */
const misunderstood = "The server did not understand the request. Reload the page: it may be older than the server.";

export function troubleOf(error: unknown): Trouble {
  const refusal = refusalOf(error);
  if (refusal) return { kind: "REFUSED", sentence: refusal.code === "INVALID_INPUT" ? misunderstood : refusal.message };
  const fault = error instanceof Error && "data" in error ? (error.data as ServerFault | null)?.tilewright : undefined;
  if (fault?.code === "DATABASE_UNAVAILABLE") return { kind: "AT_FAULT", sentence: (error as Error).message };
  if (fault) {
    const trace = fault.requestId === null ? "" : ` Its log has the details under request ${fault.requestId}.`;
    return { kind: "AT_FAULT", sentence: `Something went wrong inside the server.${trace}` };
  }
  const strange = connectionErrorOf(error);
  if (strange?.code === "NOT_TILEWRIGHT") return { kind: "REFUSED", sentence: sentenceOfStranger(strange.status) };
  return { kind: "AWAY", sentence: "The server cannot be reached." };
}

/** Something between the page and the server answered in its place. */
function sentenceOfStranger(status: number | null): string {
  if (status === 413)
    return "What stands before the server takes no parts of this size (413). Its operator can allow more.";
  return `Something before the server refused the request (${status}). Reload the page: you may have to sign in again.`;
}

/** True when the thing asked for does not exist, or its id cannot be one. */
export function isUnknown(error: unknown): boolean {
  const code = refusalOf(error)?.code;
  return code === "IMAGE_NOT_FOUND" || code === "JOB_NOT_FOUND" || code === "INVALID_INPUT";
}
