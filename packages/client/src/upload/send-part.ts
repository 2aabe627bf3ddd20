/// <reference lib="dom" />
import { connectionErrorFor, parsed, refusalIn } from "../ask.ts";
import { type Connection, headersOf } from "../connection.ts";
import { ConnectionError, shownAddress } from "../connection-error.ts";
import { type PartAnswer, putByXhr } from "./put-by-xhr.ts";

export interface PartRequest {
  readonly url: string;
  /**
   * Where the server takes its parts itself: how to reach it. Null for an object store, which is told nothing of it.
   */
  readonly own: Connection | null;
  readonly body: Blob;
  readonly signal: AbortSignal;
  /** Bytes of this part that have left so far. */
  readonly onSent: (sentBytes: number) => void;
}

/** Whether bytes can be seen leaving: in a browser, by XMLHttpRequest, and with no `fetch` of the caller's own. */
export const seesBytesLeave = ({ fetch }: Connection): boolean =>
  typeof XMLHttpRequest !== "undefined" && fetch === undefined;

/**
 * PUTs one part.
 *
 * @throws TilewrightError the server refuses the part. @throws ConnectionError.
 */
export async function sendPart({ url, own, body, signal, onSent }: PartRequest): Promise<void> {
  const headers = own === null ? {} : await headersOf(own);
  const address = shownAddress(url);
  const put = own === null || own.fetch === undefined ? putByXhrOrFetch : putBy(own.fetch);
  const answer = await put({ url, headers, body, signal, onSent }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new ConnectionError("OUT_OF_REACH", { address, status: null, cause });
  });
  if (answer.status >= 200 && answer.status < 300) return;
  if (own !== null) throw refusalIn(parsed(answer.text)) ?? connectionErrorFor(answer.status, address);
  const { code, status } = connectionErrorFor(answer.status, address);
  throw new ConnectionError(code === "OUT_OF_REACH" ? code : "STORE_REFUSED", { address, status });
}

const putBy =
  (fetch: typeof globalThis.fetch): typeof putByXhr =>
  async ({ url, headers, body, signal, onSent }): Promise<PartAnswer> => {
    const response = await fetch(url, { method: "PUT", headers, body, signal, redirect: "manual" });
    const text = await response.text();
    if (response.ok) onSent(body.size);
    return { status: response.status, text };
  };

const putByXhrOrFetch: typeof putByXhr = (request) =>
  typeof XMLHttpRequest === "undefined" ? putBy(globalThis.fetch)(request) : putByXhr(request);
