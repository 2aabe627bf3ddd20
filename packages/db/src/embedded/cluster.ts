import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { DatabaseError } from "../errors.ts";
import { type Account, commandFor, programEnvironment } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { errorCode } from "./error-code.ts";

const run = promisify(execFile);

/** The superuser's name, and that of the one database. */
export const databaseName = "tilewright";

const workshopPrefix = "initdb-";

/**
 * Creates the server's files where there are none. A process that dies half-way leaves nothing that a later one would
 * take for a database.
 *
 * @param cluster the server's own folder; the password is kept beside it, for this user's eyes only.
 * @returns the superuser's password.
 * @throws DatabaseError `DATA_DIRECTORY_OF_OTHER_VERSION`, `EMBEDDED_DATABASE_FAILED`.
 */
export async function ensureCluster(
  cluster: string,
  binaries: Binaries,
  account: Account,
  onInitialise: () => void,
): Promise<string> {
  const passwordPath = join(dirname(cluster), "password");
  const [version, majorVersion] = await Promise.all([clusterVersion(cluster), serverVersion(binaries)]);
  if (version === undefined) {
    onInitialise();
    const password = randomBytes(24).toString("base64url");
    await writeFile(passwordPath, password, { mode: 0o600, flush: true });
    await initialise(cluster, binaries, account, password);
    return password;
  }
  if (version !== majorVersion) {
    throw new DatabaseError(
      "DATA_DIRECTORY_OF_OTHER_VERSION",
      `${cluster} was written by PostgreSQL ${version}, and this version of the service runs PostgreSQL ` +
        `${majorVersion}. Export it with pg_dump while the earlier version of the service runs, move the folder away, ` +
        "start this version once, and import the dump.",
    );
  }
  return readPassword(passwordPath);
}

async function initialise(cluster: string, { initdb }: Binaries, account: Account, password: string): Promise<void> {
  const directory = dirname(cluster);
  await removeLeftovers(directory);
  // A name of its own, as an initdb whose parent was killed may still be writing.
  const workshop = await mkdtemp(join(directory, workshopPrefix));
  const passwordFile = join(workshop, "password");
  const unfinished = join(workshop, "cluster");
  await chmod(workshop, 0o711);
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  const { uid, gid } = account.ids;
  if (uid !== undefined) await Promise.all([unfinished, passwordFile].map((path) => chown(path, uid, gid)));
  // A locale of PostgreSQL's own: an upgrade of the system's library can't change how indexes are sorted.
  const locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"];
  const access = [`--username=${databaseName}`, "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  const args = [`--pgdata=${unfinished}`, ...access, ...locale, "--no-instructions"];
  try {
    await run(...commandFor(account, initdb, args), { ...account.ids, cwd: "/", env: programEnvironment });
  } catch (cause) {
    throw programFailed("create its files", cause);
  }
  await rename(unfinished, cluster);
  await removeLeftovers(directory);
}

async function removeLeftovers(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(workshopPrefix));
  await Promise.all(names.map((name) => rm(join(directory, name), { recursive: true, force: true, maxRetries: 10 })));
}

async function clusterVersion(cluster: string): Promise<string | undefined> {
  try {
    return (await readFile(join(cluster, "PG_VERSION"), "utf8")).trim();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function serverVersion({ postgres }: Binaries): Promise<string | undefined> {
  try {
    const { stdout } = await run(postgres, ["--version"], { env: programEnvironment });
    return /\d+/.exec(stdout)?.[0];
  } catch (cause) {
    throw programFailed("run", cause);
  }
}

async function readPassword(path: string): Promise<string> {
  let cause: unknown;
  const password = await readFile(path, "utf8").catch((error: unknown) => {
    cause = error;
    return "";
  });
  if (password !== "") return password;
  const what = cause ? "can't be read" : "is not in its file, which is empty";
  const message = `The database's password ${what}: ${path}. Bring that file back from a backup.`;
  throw new DatabaseError("DATA_DIRECTORY_INACCESSIBLE", message, { cause });
}

function programFailed(what: string, cause: unknown): DatabaseError {
  const detail = cause instanceof Error && "stderr" in cause && cause.stderr ? String(cause.stderr) : String(cause);
  return new DatabaseError("EMBEDDED_DATABASE_FAILED", `The embedded database failed to ${what}. ${detail.trim()}`, {
    cause,
  });
}
