/** What can be uploaded: a `File` or `Blob`, or anything else that gives its bytes range by range. */
export interface UploadSource {
  /** In bytes. */
  readonly size: number;
  readonly name?: string | undefined;
  /** Bytes `start` to `end - 1`. Called once for each part. */
  slice(start: number, end: number): Blob | Promise<Blob>;
}
