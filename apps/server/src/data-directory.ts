import { access, chmod, constants, mkdir } from "node:fs/promises";

/** Nobody but this user and its group reads what is written from now on. For the whole process. */
export function keepFromOthers(): void {
  process.umask(process.umask() | 0o027);
}

/**
 * Makes the data directory, and sees that it can be written to, before anything else needs it.
 *
 * @throws Error of the system, with the path. @see explainStart
 */
export async function prepareDataDirectory(directory: string): Promise<void> {
  const isNew = (await mkdir(directory, { recursive: true })) !== undefined;
  // The database's own user passes through it, and sees nothing. A directory that was there is its owner's business.
  if (isNew) await chmod(directory, 0o751);
  await access(directory, constants.W_OK);
}
