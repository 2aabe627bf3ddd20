export interface Connection {
  /** Where the server answers, such as `http://127.0.0.1:8420`, or `https://host/tilewright/` behind a proxy. */
  readonly baseUrl: string;
  /** Only workers need one. */
  readonly workerToken?: string | undefined;
  /**
   * Sent with every request to the server itself, such as what a proxy before it asks for; never to an object store.
   */
  readonly headers?: OwnHeaders | (() => OwnHeaders | Promise<OwnHeaders>) | undefined;
  /** Makes every request to the server itself, in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

export type OwnHeaders = Readonly<Record<string, string>>;

/** What goes with each request to the server itself. */
export async function headersOf({ headers = {}, workerToken }: Connection): Promise<Record<string, string>> {
  const own = typeof headers === "function" ? await headers() : headers;
  return { ...own, ...(workerToken !== undefined && { authorization: `Bearer ${workerToken}` }) };
}
