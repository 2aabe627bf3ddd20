/** One attempt of one job, as the keys of its objects name it. */
export interface AttemptName {
  readonly jobId: string;
  readonly attempt: number;
}

/**
 * What the database knows about things that lie in the object store. Ask only about things that have been seen there:
 * whatever exists got its row first, and a row that is gone or an attempt that is over never comes back. So an answer
 * stays true, however old it is.
 */
export interface Ownership {
  /** What this database calls itself, for good. */
  installationId(): Promise<string>;
  /** Of these images, the ones that neither exist nor are about to, from an OPEN upload. */
  findUnownedSources(imageIds: readonly string[]): Promise<string[]>;
  /** Of these attempts, the ones that neither hold their job now nor have made the pyramid that its image shows. */
  findUnownedAttempts(attempts: readonly AttemptName[]): Promise<AttemptName[]>;
  /**
   * Of these multipart uploads, the ones that no OPEN upload stands behind, `graceMs` after they were begun: an upload
   * gets its row only after the store has opened it.
   */
  findUnownedMultiparts(
    uploads: readonly { readonly storageUploadId: string; readonly startedAt: Date }[],
    graceMs: number,
  ): Promise<string[]>;
}
