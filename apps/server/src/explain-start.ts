import type { Env } from "./env.ts";

const disk = "Make room there, or set DATA_DIRECTORY to a folder on another disk.";
const remedies: Readonly<Record<string, string>> = {
  EACCES: "Give this user the folder with chown, or set DATA_DIRECTORY to one of its own.",
  EPERM: "Give this user the folder with chown, or set DATA_DIRECTORY to one of its own.",
  EROFS: "The disk is mounted for reading only. Set DATA_DIRECTORY to a folder that can be written to.",
  ENOTDIR: "A part of that path is a file. Set DATA_DIRECTORY or STORAGE_URL to a folder.",
  EEXIST: "There is a file of that name. Set DATA_DIRECTORY or STORAGE_URL to a folder.",
  ENOSPC: disk,
  EDQUOT: disk,
};

/** What kept the service from starting, and what to do about it: one or two sentences for the person who starts it. */
export function explainStart(error: unknown, { HOST, PORT }: Pick<Env, "HOST" | "PORT">): string {
  const { code = "", syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const isListening = syscall === "listen" || syscall === "getaddrinfo";
  return (isListening ? explainListening(code, HOST, PORT) : null) ?? inWords(error);
}

/** Of Prisma and PostgreSQL: a table that there is not. */
const isWithoutTables = /does not exist in the current database|42P01/;

/**
 * Any error in words: with what to do about a folder or a database that can't be used, others as they say themselves.
 */
export function inWords(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  const { code = "", path } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (isWithoutTables.test(message)) {
    return "The database has no tables of this version's. See whether DATABASE_URL names the right one; npm start makes them.";
  }
  const remedy = remedies[code];
  if (remedy === undefined || path === undefined) return message;
  return `${path} can't be written (${code}). ${remedy}`;
}

function explainListening(code: string, host: string, port: number): string | null {
  if (code === "EADDRINUSE") {
    return `Another program listens on ${host}:${port}. Stop it, or set PORT to a free one, or to 0 for any that is.`;
  }
  if (code === "EACCES") return `This user may not listen on port ${port}. Set PORT to one from 1024 on.`;
  if (["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN", "EINVAL"].includes(code)) {
    return `This machine has no address ${host}. Set HOST to one that it has; 127.0.0.1 is always there.`;
  }
  return null;
}
