import type { AttemptName } from "./attempt-name.ts";

/**
 * What the database knows about things that lie in the object store. Ask only about things that have been seen there:
 * whatever exists got its row first; a row that is gone or an attempt that is over never comes back; and a second owner
 * comes only while there is one, whose image it locks. So what has none never gets one, and an answer stays true,
 * however old it is.
 */
export interface Ownership {
  /** What this database calls itself, for good, and whether it has marked its store with that. */
  installation(): Promise<{ readonly installationId: string; readonly hasMarked: boolean }>;
  rememberMark(): Promise<void>;
  /**
   * Of the sources under these images' prefixes, those of no image, nor of one that an OPEN upload is about to become.
   */
  findUnownedSources(imageIds: readonly string[]): Promise<string[]>;
  /** Of these attempts, the ones that neither hold their job now nor have published a result that is in use. */
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
