/// <reference lib="dom" />
import { type ErrorDetails, isErrorCode, TilewrightError } from "@tilewright/core/errors";

export interface PartRequest {
  readonly url: string;
  readonly body: Blob;
  readonly signal: AbortSignal;
  /** Bytes of this part that have left so far. */
  readonly onSent: (sentBytes: number) => void;
}

/**
 * PUTs one part. In a browser by XMLHttpRequest, the only way there to see bytes leave; elsewhere by fetch.
 *
 * @throws TilewrightError when the server refuses the part; any other error may pass when tried again.
 */
export function sendPart(request: PartRequest): Promise<void> {
  return typeof XMLHttpRequest === "undefined" ? sendByFetch(request) : sendByXhr(request);
}

async function sendByFetch({ url, body, signal, onSent }: PartRequest): Promise<void> {
  const response = await fetch(url, { method: "PUT", body, signal });
  const text = await response.text();
  if (!response.ok) throw rejection(response.status, text);
  onSent(body.size);
}

function sendByXhr({ url, body, signal, onSent }: PartRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    signal.addEventListener("abort", abort, { once: true });
    xhr.onloadend = () => signal.removeEventListener("abort", abort);
    xhr.upload.onprogress = (event) => onSent(event.loaded);
    xhr.onload = () => (xhr.status < 300 ? resolve() : reject(rejection(xhr.status, xhr.responseText)));
    xhr.onerror = () => reject(new Error("The connection to the server was lost."));
    xhr.onabort = () => reject(signal.reason);
    xhr.open("PUT", url);
    xhr.send(body);
  });
}

function rejection(httpStatus: number, body: string): Error {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: unknown; message?: string; details?: ErrorDetails } };
    if (isErrorCode(error?.code)) return new TilewrightError(error.code, error.message, error.details);
  } catch {
    // Not ours: a proxy's or another store's page.
  }
  return new Error(`The part was not accepted (HTTP ${httpStatus}).`);
}
