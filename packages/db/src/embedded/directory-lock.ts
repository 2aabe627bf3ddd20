import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DatabaseError } from "../errors.ts";

const SQLITE_BUSY = 5;

/**
 * Claims a directory for this process, until `release` or the end of the process, however it ends.
 *
 * The claim is the kernel's lock on a file, reached through SQLite, as Node has no file locks of its own. A file that
 * names its owner's process id would outlive its owner, and the id would come to belong to somebody else.
 *
 * @throws DatabaseError `DATA_DIRECTORY_IN_USE`: another process, or this one, holds it.
 * `DATA_DIRECTORY_INACCESSIBLE`: this process may not write to it.
 */
export function lockDirectory(directory: string): { release(): void } {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(directory, "owner.lock"));
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock?.close();
    if (isBusy(cause)) {
      throw new DatabaseError(
        "DATA_DIRECTORY_IN_USE",
        `Another running process uses ${directory}. Stop it first, or give this one a data directory of its own.`,
        { cause },
      );
    }
    throw new DatabaseError(
      "DATA_DIRECTORY_INACCESSIBLE",
      `This process may not write to ${directory}. Run it as the directory's owner, or give the directory to this user.`,
      { cause },
    );
  }
  const held = lock;
  return { release: () => held.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
