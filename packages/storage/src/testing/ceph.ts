import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { cephConfiguration, type ObjectBackend } from "./ceph-configuration.ts";
import type { TestS3 } from "./test-s3.ts";

const call = promisify(execFile);
const startWithinMs = 60_000;

/** A process that Ceph is made of; it dies with the process that started it. */
interface Daemon {
  readonly child: ChildProcess;
  readonly said: () => string;
}

export interface RunningCeph extends TestS3 {
  /** Process ids, for those who want to measure or hurt them. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/**
 * A real S3 server on this machine: Ceph's RADOS Gateway from the distribution's packages, one node, loopback only.
 *
 * @param directory an empty one; everything the server writes lies below it.
 * @param backend `memstore` keeps up to 6 GiB in memory and starts fastest, `bluestore` keeps them on the disk.
 * @throws Error which ends with what the failing part said.
 */
export async function startCeph(directory: string, backend: ObjectBackend = "memstore"): Promise<RunningCeph> {
  const [monitorPort, gatewayPort] = await Promise.all([freePort(), freePort()]);
  const at = { fsid: randomUUID(), monitorPort, gatewayPort, directory, backend };
  const configuration = join(directory, "ceph.conf");
  for (const folder of ["mon", "osd", "log", "run"]) await mkdir(join(directory, folder), { recursive: true });
  await writeFile(configuration, cephConfiguration(at));

  const daemons: Daemon[] = [];
  const ceph = (program: string, ...args: string[]) =>
    call(program, ["-c", configuration, ...args], { timeout: startWithinMs, maxBuffer: 2 ** 24 });
  const run = (program: string, ...args: string[]) => {
    const daemon = startDaemon(program, ["-c", configuration, ...args, "-f"]);
    daemons.push(daemon);
    return daemon;
  };
  const stop = async () => {
    for (const { child } of daemons.splice(0).reverse()) await endDaemon(child);
  };
  try {
    const map = join(directory, "monmap");
    const address = `[v2:127.0.0.1:${monitorPort}]`;
    await ceph("monmaptool", "--create", "--addv", "a", address, "--fsid", at.fsid, map);
    await ceph("ceph-mon", "-i", "a", "--mkfs", "--monmap", map);
    run("ceph-mon", "-i", "a");
    const osd = randomUUID();
    await Promise.all([
      ceph("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd),
      ceph("ceph", "--connect-timeout", "30", "osd", "new", osd, "0"),
    ]);
    run("ceph-osd", "-i", "0");
    const gateway = run("radosgw", "-n", "client.rgw");
    const [accessKeyId, secretAccessKey] = ["TESTACCESSKEY0000000", "test-secret-key-that-is-no-secret-0000000"];
    const keys = [`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`];
    await ceph("radosgw-admin", "-n", "client.rgw", "user", "create", "--uid=test", "--display-name=test", ...keys);
    const endpoint = `http://127.0.0.1:${gatewayPort}`;
    await untilAnswers(endpoint, gateway);
    const pids = daemons.flatMap(({ child }) => child.pid ?? []);
    return { endpoint, region: "us-east-1", accessKeyId, secretAccessKey, pids, stop };
  } catch (error) {
    const said = daemons.map((daemon) => daemon.said()).join("\n");
    await stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The S3 server of the tests did not start: ${reason}\n${said.slice(-2_000)}`);
  }
}

function startDaemon(program: string, args: string[]): Daemon {
  // A test run that is killed takes its server along.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const hear = (chunk: Buffer) => {
    said = (said + chunk).slice(-4_000);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  child.on("error", (error) => hear(Buffer.from(error.message)));
  return { child, said: () => said };
}

async function endDaemon(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, "exit");
  // Nothing in it is to be kept, and an orderly end takes seconds.
  child.kill("SIGKILL");
  await exit;
}

async function untilAnswers(endpoint: string, { child, said }: Daemon): Promise<void> {
  const deadlineMs = performance.now() + startWithinMs;
  for (;;) {
    const answer = await fetch(endpoint).catch(() => null);
    if (answer?.status === 200) return;
    if (child.exitCode !== null) throw new Error(`the gateway ended: ${said()}`);
    if (performance.now() > deadlineMs) throw new Error("the gateway does not answer");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no free port")),
      );
    });
  });
}
