import { refusalOf } from "@tilewright/client";

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

export function troubleOf(error: unknown): Trouble {
  const refusal = refusalOf(error);
  if (refusal) return { kind: "REFUSED", sentence: refusal.message };
  const fault = error instanceof Error && "data" in error ? (error.data as ServerFault | null)?.tilewright : undefined;
  if (fault?.code === "DATABASE_UNAVAILABLE") return { kind: "AT_FAULT", sentence: (error as Error).message };
  if (fault) {
    const trace = fault.requestId === null ? "" : ` Its log has the details under request ${fault.requestId}.`;
    return { kind: "AT_FAULT", sentence: `Something went wrong inside the server.${trace}` };
  }
  return { kind: "AWAY", sentence: "The server cannot be reached." };
}

/** True when the thing asked for does not exist, or its id cannot be one. */
export function isUnknown(error: unknown): boolean {
  const code = refusalOf(error)?.code;
  return code === "IMAGE_NOT_FOUND" || code === "JOB_NOT_FOUND" || code === "INVALID_INPUT";
}
