/**
 * Why no answer of the server came. OUT_OF_REACH: nobody answered, or what stands before the server got nothing from
 * it; the same call may do better later. NOT_TILEWRIGHT: somebody else answered, such as a proxy that wants
 * credentials. STORE_REFUSED: the object store did not take a part.
 */
export type ConnectionTrouble = "OUT_OF_REACH" | "NOT_TILEWRIGHT" | "STORE_REFUSED";

interface Circumstances {
  /** Without its query, which may be signed. */
  readonly address: string;
  /** Of HTTP; null when there was no answer. */
  readonly status: number | null;
  readonly attempts?: number;
  /** Where a redirect points, as far as it is told. */
  readonly location?: string | null;
  readonly cause?: unknown;
}

/** A call, or a part, that got no answer of a Tilewright server. */
export class ConnectionError extends Error {
  readonly code: ConnectionTrouble;
  readonly address: string;
  readonly status: number | null;
  /** How often it was tried. */
  readonly attempts: number;
  readonly #circumstances: Circumstances;

  constructor(code: ConnectionTrouble, circumstances: Circumstances) {
    const { address, status, attempts = 1, cause } = circumstances;
    const tried = attempts > 1 ? ` Tried ${attempts} times.` : "";
    super(`${sentenceOf(code, circumstances)}${tried}`, { cause });
    this.name = "ConnectionError";
    this.code = code;
    this.address = address;
    this.status = status;
    this.attempts = attempts;
    this.#circumstances = circumstances;
  }

  after(attempts: number): ConnectionError {
    return new ConnectionError(this.code, { ...this.#circumstances, attempts });
  }
}

/** The trouble with the connection inside whatever a call threw, if it was that. */
export function connectionErrorOf(error: unknown): ConnectionError | null {
  if (error instanceof ConnectionError) return error;
  return error instanceof Error && error.cause instanceof ConnectionError ? error.cause : null;
}

/** An address that can be shown: a query may hold a signature or somebody's data. */
export function shownAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function sentenceOf(code: ConnectionTrouble, { address, status, location, cause }: Circumstances): string {
  if (status === null) return `${address} is out of reach${reasonOf(cause)}.`;
  if (code === "OUT_OF_REACH") return `${address} answered ${status}: the server behind it is out of reach.`;
  if (code === "STORE_REFUSED") return `The object store refused a part: ${address} answered ${status}.`;
  return `${address} answered ${status}, and not as a Tilewright server does: ${adviceFor(status, location ?? null)}.`;
}

function adviceFor(status: number, location: string | null): string {
  if (status === 401 || status === 403 || status === 407)
    return "what stands before it wants credentials; give them as headers of the connection";
  if (status === 413) return "what stands before it takes no bodies of this size";
  if (status < 200 || (status >= 300 && status < 400)) return `it points ${location ?? "elsewhere"}`;
  return "see whether the baseUrl is complete, and leads to one";
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  const inner = cause.cause as { code?: unknown; message?: unknown } | undefined;
  const reason = [inner?.code, inner?.message, cause.message].find((each) => typeof each === "string" && each !== "");
  return ` (${reason})`;
}
