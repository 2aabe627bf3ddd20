import { mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { DatabaseError } from "../errors.ts";
import { withSession } from "../session.ts";
import { chooseAccount } from "./account.ts";
import { Ballast } from "./ballast.ts";
import { findBinaries } from "./binaries.ts";
import { databaseName, ensureCluster } from "./cluster.ts";
import { lockDirectory } from "./directory-lock.ts";
import { keepRunning } from "./keep-running.ts";
import { type Postmaster, type PostmasterOptions, startPostmaster, stopOrphan } from "./postmaster.ts";

export interface EmbeddedPostgresOptions {
  /** Everything about the database is kept in here; created where it is missing. */
  directory: string;
  /** Called when a step begins that can take seconds. */
  onProgress?: (step: "initialising" | "starting") => void;
  /** Called when the server ended without `stop` and runs again, on the same port. */
  onRestart?: () => void;
  /** Called when the server ended without `stop` and could not be started again. */
  onUnexpectedExit?: (error: DatabaseError) => void;
  /** Gives a TCP port to try; by default, one that is free at that moment. */
  choosePort?: () => Promise<number>;
  /** Ends a start that is on its way; afterwards it means nothing. */
  signal?: AbortSignal | undefined;
}

export interface EmbeddedPostgres {
  /** With the password; also in the file `url` of the directory while the server runs. */
  readonly url: string;
  readonly port: number;
  /** Disconnects everybody, writes all to disk and waits for the end. Repeating it is a no-op. */
  stop(): Promise<void>;
}

const portAttempts = 10;

/**
 * Runs a PostgreSQL server of our own on 127.0.0.1, with its files in a directory. It ends with this process, however
 * that ends.
 *
 * A server that is left behind all the same is stopped first. Its data is all there: what was committed survives.
 *
 * @throws DatabaseError `DATA_DIRECTORY_IN_USE`, `DATA_DIRECTORY_OF_OTHER_VERSION`, `DATA_DIRECTORY_INACCESSIBLE`,
 * `DISK_FULL`, `EMBEDDED_DATABASE_FAILED`. @throws the signal's reason, with nothing left running.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.directory, { recursive: true });
  const directory = await realpath(options.directory);
  const lock = lockDirectory(directory);
  try {
    return await startLocked(directory, options, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startLocked(
  directory: string,
  options: EmbeddedPostgresOptions,
  release: () => void,
): Promise<EmbeddedPostgres> {
  const cluster = join(directory, "cluster");
  const ballast = new Ballast(directory);
  await ballast.makeRoom();
  const binaries = findBinaries();
  const account = await chooseAccount(cluster, dirname(binaries.postgres));
  const password = await ensureCluster(cluster, binaries, account, () => options.onProgress?.("initialising"));
  await stopOrphan(cluster);
  options.onProgress?.("starting");
  const logPath = join(directory, "postgres.log");
  const program: PostmasterOptions = { postgres: binaries.postgres, cluster, logPath, account };
  const { postmaster, port } = await startOnFreePort(program, options);
  const urlPath = join(directory, "url");
  const urlOf = (database: string) => `postgresql://${databaseName}:${password}@127.0.0.1:${port}/${database}`;
  const url = urlOf(databaseName);
  try {
    await ensureDatabase(urlOf("postgres"));
    await writeFile(`${urlPath}.new`, url, { mode: 0o600 });
    await rename(`${urlPath}.new`, urlPath);
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
  let stopping: Promise<void> | undefined;
  const running = keepRunning(postmaster, {
    start: (stopping) => startPostmaster(program, port, stopping),
    awaitRoom: (stopping) => ballast.awaitRoom(stopping),
    onRestart: () => options.onRestart?.(),
    onGivenUp(cause) {
      const message = `The embedded database ended and can't be started again. Its log, ${logPath}, may say why.`;
      options.onUnexpectedExit?.(new DatabaseError("EMBEDDED_DATABASE_FAILED", message, { cause }));
    },
  });
  const keeping = ballast.keep();
  const stop = async () => {
    await keeping.stop();
    await running.stop();
    await rm(urlPath, { force: true });
    release();
  };
  return {
    url,
    port,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Between finding a port free and using it, anybody may take it. */
async function startOnFreePort(
  program: PostmasterOptions,
  { choosePort = freePort, signal }: EmbeddedPostgresOptions,
): Promise<{ postmaster: Postmaster; port: number }> {
  for (let attempt = 1; attempt <= portAttempts; attempt++) {
    const port = await choosePort();
    const postmaster = await startPostmaster(program, port, signal);
    if (postmaster !== undefined) return { postmaster, port };
  }
  throw new DatabaseError("EMBEDDED_DATABASE_FAILED", `No free port was found in ${portAttempts} attempts.`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  await withSession(adminUrl, async (session) => {
    const { rowCount } = await session.query("SELECT 1 FROM pg_database WHERE datname = $1", [databaseName]);
    if (rowCount === 0) await session.query(`CREATE DATABASE ${databaseName}`);
  });
}
