import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "@tilewright/e2e/free-port";

export interface Child {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a server of this folder as a process, and waits until it listens. Its port is its last argument. */
export async function startChild(file: string, argument: string): Promise<Child> {
  const port = await freePort();
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, [argument, String(port)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  await once(child, "message");
  return {
    port,
    pid: child.pid ?? 0,
    async stop() {
      const exit = once(child, "exit");
      child.kill();
      await exit;
    },
  };
}

export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s{1,9}(\d{1,9})/.exec(status)?.[1]) / 1_024;
}
