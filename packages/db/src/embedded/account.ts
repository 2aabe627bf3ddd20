import { execFile } from "node:child_process";
import { chmod, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { DatabaseError } from "../errors.ts";
import { errorCode } from "./error-code.ts";

const run = promisify(execFile);

/** Whom the server's programs run as. */
export interface Account {
  /** For `spawn`; empty for "as this process". */
  ids: Ids | Record<string, never>;
  /** The program that starts the server's programs, with its arguments; empty for none. */
  launcher: readonly string[];
}

interface Ids {
  uid: number;
  gid: number;
}

/** The part of the environment that the server's programs need; its messages are read, so they are in English. */
export const programEnvironment = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" };

const thisProcess: Account = { ids: {}, launcher: [] };

// Root under the number of another user, in a user namespace: what root may do with its own files, and no more.
const disguisedRoot: Account = { ids: {}, launcher: ["unshare", "--user", "--map-user=1", "--map-group=1", "--"] };

/**
 * Decides whom the server runs as. PostgreSQL refuses to run as root, so root runs it as the owner of its files, or
 * as the system's user "postgres", which is added when there is none. Where that user can't go, as below /root, it
 * runs as root in disguise.
 *
 * @param cluster the server's own folder. @param programs the folder of its programs.
 * @throws DatabaseError `DATA_DIRECTORY_INACCESSIBLE`, `EMBEDDED_DATABASE_FAILED`.
 */
export async function chooseAccount(cluster: string, programs: string): Promise<Account> {
  const owner = await ownerOf(cluster);
  const self = process.getuid?.();
  if (self !== 0) {
    if (owner === undefined || owner.uid === self) return thisProcess;
    throw new DatabaseError(
      "DATA_DIRECTORY_INACCESSIBLE",
      `${cluster} belongs to the user with id ${owner.uid}, but this process runs as ${self}. ` +
        "Run it as the same user as before, or give the directory to this one with chown -R.",
    );
  }
  if (owner?.uid === 0) {
    if (await canDisguise()) return disguisedRoot;
    throw new DatabaseError(
      "DATA_DIRECTORY_INACCESSIBLE",
      `${cluster} belongs to root, as whom PostgreSQL refuses to run, and this system has no user namespaces. ` +
        "Start this service as an ordinary user, and give that user the directory with chown -R.",
    );
  }
  const ids = owner ?? (await findPostgresUser()) ?? (await addPostgresUser());
  await openToOthers(dirname(cluster));
  const closed = (await closedFolder(dirname(cluster), ids)) ?? (await closedFolder(programs, ids));
  if (closed === undefined) return { ids, launcher: [] };
  if (owner === undefined && (await canDisguise())) return disguisedRoot;
  throw new DatabaseError(
    "DATA_DIRECTORY_INACCESSIBLE",
    `Started as root, the database runs as the user with id ${ids.uid}, who may not enter ${closed}. ` +
      `Start this service as an ordinary user, move it and its data elsewhere, or allow it with: chmod o+x ${closed}`,
  );
}

/** The command and the arguments that run a program for an account. */
export function commandFor({ launcher }: Account, program: string, args: readonly string[]): [string, string[]] {
  const [command = program, ...rest] = [...launcher, program, ...args];
  return [command, rest];
}

/** Lets others through a folder of ours, to what is theirs in there; what isn't, they still can't read. */
async function openToOthers(folder: string): Promise<void> {
  await chmod(folder, (await stat(folder)).mode | 0o011);
}

/** The topmost folder on the way to a folder, or itself, that a user may not enter. */
async function closedFolder(folder: string, ids: Ids): Promise<string | undefined> {
  const above = dirname(folder);
  const closed = above === folder ? undefined : await closedFolder(above, ids);
  if (closed !== undefined) return closed;
  const mayEnter = await succeeds("test", ["-x", folder], ids);
  return mayEnter ? undefined : folder;
}

/** Containers often forbid user namespaces. */
function canDisguise(): Promise<boolean> {
  return succeeds(...commandFor(disguisedRoot, "true", []), {});
}

async function succeeds(command: string, args: string[], ids: Account["ids"]): Promise<boolean> {
  try {
    await run(command, args, { ...ids, cwd: "/", env: programEnvironment });
    return true;
  } catch {
    return false;
  }
}

async function ownerOf(path: string): Promise<Ids | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function findPostgresUser(): Promise<Ids | undefined> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", "postgres"]), run("id", ["-g", "postgres"])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function addPostgresUser(): Promise<Ids> {
  try {
    await run("useradd", ["--system", "--user-group", "--no-create-home", "postgres"]);
    const added = await findPostgresUser();
    if (added !== undefined) return added;
    throw new Error("useradd reported success, but there is no such user.");
  } catch (cause) {
    throw new DatabaseError(
      "EMBEDDED_DATABASE_FAILED",
      'PostgreSQL refuses to run as root, and adding a user "postgres" for it failed. ' +
        "Start this service as an ordinary user, or set DATABASE_URL to a PostgreSQL server.",
      { cause },
    );
  }
}
