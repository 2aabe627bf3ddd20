/** What can be uploaded: a `File` or `Blob`, or anything else that gives its bytes range by range. */
export interface UploadSource {
  /** In bytes. */
  readonly size: number;
  readonly name?: string | undefined;
  /** Bytes `start` to `end - 1`. Called once for each part. */
  slice(start: number, end: number): Blob | Promise<Blob>;
  /**
   * SHA-256 of all bytes in lower-case hexadecimal. Called at most once: before anything is sent where the server may have
   * the file already, else while it is being sent. A source that can't tell is simply sent.
   */
  sha256?(signal: AbortSignal): Promise<string>;
}
