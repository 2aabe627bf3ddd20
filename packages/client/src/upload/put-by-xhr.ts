/// <reference lib="dom" />

export interface Put {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Blob;
  readonly signal: AbortSignal;
  readonly onSent: (sentBytes: number) => void;
}

export interface PartAnswer {
  readonly status: number;
  readonly text: string;
}

/** A line that was cut without a word stays open for ever: a part on which nothing moves is sent anew. */
const longestQuietMs = 60_000;
/** The server may be busy bringing the part to its disk. */
const longestAnswerMs = 300_000;

/** By XMLHttpRequest, the only way in a browser to see bytes leave. */
export function putByXhr({ url, headers, body, signal, onSent }: Put): Promise<PartAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout>;
    const waitFor = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => xhr.abort(), ms);
    };
    const abort = () => xhr.abort();
    signal.addEventListener("abort", abort, { once: true });
    xhr.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    };
    xhr.upload.onprogress = ({ loaded }) => {
      waitFor(longestQuietMs);
      onSent(loaded);
    };
    xhr.upload.onload = () => waitFor(longestAnswerMs);
    xhr.onload = () => resolve({ status: xhr.status, text: xhr.responseText });
    xhr.onerror = () => reject(new Error("the connection was lost"));
    xhr.onabort = () => reject(signal.aborted ? signal.reason : new Error("nothing moved any more"));
    xhr.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    waitFor(longestQuietMs);
    xhr.send(body);
  });
}
