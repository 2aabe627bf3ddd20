/** What can be uploaded: a `File` or `Blob`, or anything else that gives its bytes range by range. */
export interface UploadSource {
  /** In bytes. */
  readonly size: number;
  readonly name?: string | undefined;
  /** Bytes `start` to `end - 1`. Called once for each part. */
  slice(start: number, end: number): Blob | Promise<Blob>;
  /**
   * SHA-256 of all bytes in lower-case hexadecimal. Called at most once: before anything is sent where the server may
   * have the file already, else while it is being sent. A source that can't tell is simply sent.
   *
   * @param onRead told how many bytes have been read; a reading that falls far behind the sending is aborted.
   */
  sha256?(signal: AbortSignal, onRead?: (readBytes: number) => void): Promise<string>;
}
