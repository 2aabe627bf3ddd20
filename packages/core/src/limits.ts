/** What one request may be: each is far above what the page or the client needs. */
export const requestLimits = {
  /** Questions that share one request. */
  calls: 20,
  /** UTF-16 units of an address. */
  addressLength: 8_000,
  /** Bytes of a body that is not a part of a file. */
  bodyBytes: 256 * 1024,
} as const;
