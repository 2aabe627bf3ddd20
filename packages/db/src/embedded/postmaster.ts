import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { DatabaseError } from "../errors.ts";
import { type Account, commandFor, programEnvironment } from "./account.ts";
import { disownPostmasterFile, isPostmasterOf, readPostmasterFile } from "./postmaster-file.ts";

const pollMs = 20;
// A fast shutdown writes what is in memory to disk. After this, the next start recovers it from the log instead.
const fastShutdownMs = 60_000;
// Ends the server in good order when this process is killed. Elsewhere than on Linux it stays, until the next start.
const setpriv = "/usr/bin/setpriv";
const endingWithUs = existsSync(setpriv) ? [setpriv, "--pdeathsig=INT"] : [];

export interface PostmasterOptions {
  postgres: string;
  cluster: string;
  logPath: string;
  account: Account;
}

/** A running server, which is a child of this process. */
export interface Postmaster {
  /** Resolves when it has ended, by request or not. */
  readonly exited: Promise<void>;
  /** Disconnects everybody, writes all to disk and waits for the end. */
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until it accepts connections, however long it has to recover from a crash.
 *
 * @param signal ends the waiting, and the server.
 * @returns undefined when the port turned out to be taken.
 * @throws DatabaseError `EMBEDDED_DATABASE_FAILED`, with the end of its log. @throws the signal's reason.
 */
export async function startPostmaster(
  options: PostmasterOptions,
  port: number,
  signal?: AbortSignal,
): Promise<Postmaster | undefined> {
  signal?.throwIfAborted();
  const { postgres, cluster, logPath, account } = options;
  await rm(`${logPath}.previous`, { force: true });
  await rename(logPath, `${logPath}.previous`).catch(() => {});
  // A file, not a pipe: a server that outlives this process goes on writing it.
  const log = await open(logPath, "w", 0o600);
  const [program = postgres, ...args] = [...endingWithUs, postgres, ...serverArguments(cluster, port)];
  const child = spawn(...commandFor(account, program, args), {
    ...account.ids,
    cwd: "/",
    env: programEnvironment,
    stdio: ["ignore", log.fd, log.fd],
    // Ctrl-C in a terminal reaches the whole process group; the database has to outlast those who write to it.
    detached: true,
  });
  // Heard from the first moment on: the end of a server that nobody listens for is waited for without end.
  const ended = endOf(child);
  const exited = ended.then(() => {});
  const postmaster = supervise(child, exited);
  await log.close();
  if (await isReady(child, cluster, exited, signal)) return postmaster;
  if (signal?.aborted) {
    await postmaster.stop();
    throw signal.reason;
  }
  const message = await readFile(logPath, "utf8");
  if (message.includes("Address already in use")) return undefined;
  const cause = await ended;
  throw new DatabaseError(
    "EMBEDDED_DATABASE_FAILED",
    cause
      ? `The embedded database could not be started: ${cause.message}.`
      : `The embedded database did not start. The end of its log, ${logPath}:\n${message.slice(-2000).trim()}`,
    { cause },
  );
}

/**
 * Stops the server that a process which died has left behind, if there is one.
 *
 * Only for whoever holds the directory's lock: the server of a living process would be stopped just the same.
 */
export async function stopOrphan(cluster: string): Promise<void> {
  const file = await readPostmasterFile(cluster);
  if (file === undefined) return;
  if (await isPostmasterOf(cluster, file.pid)) await shutDown(file.pid, waitUntilGone(cluster, file.pid));
  else await disownPostmasterFile(cluster);
}

function serverArguments(cluster: string, port: number): string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    log_checkpoints: "off",
    // By default its log may take a gigabyte between two checkpoints: more than a small disk keeps free.
    max_wal_size: "128MB",
    min_wal_size: "48MB",
    // The defaults, which the service's promises rest on.
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", cluster, "-p", String(port), ...flags];
}

function supervise(child: ChildProcess, exited: Promise<void>): Postmaster {
  let isStopping = false;
  // The last resort, for an exit without stop(), or in the midst of it. It does not wait, but the server then ends by
  // itself.
  const signalOnExit = () => child.pid && sendSignal(child.pid, isStopping ? "SIGQUIT" : "SIGINT");
  process.once("exit", signalOnExit);
  void exited.then(() => process.off("exit", signalOnExit));
  // Once it has ended, its id may be another process's.
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const stop = () => {
    if (!child.pid || !isRunning()) return exited;
    isStopping = true;
    return shutDown(child.pid, exited);
  };
  return { exited, stop };
}

/** @returns false when the server has ended, or nobody waits for it any more. */
async function isReady(
  child: ChildProcess,
  cluster: string,
  exited: Promise<void>,
  signal?: AbortSignal,
): Promise<boolean> {
  const ended = new AbortController();
  void exited.then(() => ended.abort());
  const over = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])]);
  while (!over.aborted) {
    const file = await readPostmasterFile(cluster);
    if (file?.pid === child.pid && file?.isReady) return true;
    await delay(pollMs, undefined, { signal: over }).catch(() => {});
  }
  return false;
}

/** @returns why the process could not be started at all; undefined when it has run and ended. */
function endOf(child: ChildProcess): Promise<Error | undefined> {
  return once(child, "exit").then(
    () => undefined,
    (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))),
  );
}

async function shutDown(pid: number, gone: Promise<void>): Promise<void> {
  sendSignal(pid, "SIGINT");
  const patience = new AbortController();
  const impatient = delay(fastShutdownMs, "impatient", { signal: patience.signal }).catch(() => {});
  if ((await Promise.race([gone, impatient])) === "impatient") sendSignal(pid, "SIGQUIT");
  patience.abort();
  await gone;
}

/** By what the process is, as its id may stay: in a container, nobody may ever collect it. */
async function waitUntilGone(cluster: string, pid: number): Promise<void> {
  while (await isPostmasterOf(cluster, pid)) await delay(pollMs);
}

/** One that somebody has frozen hears nothing until it goes on. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
    process.kill(pid, "SIGCONT");
  } catch {
    // It has ended already.
  }
}
