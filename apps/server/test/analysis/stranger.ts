import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { TestServer } from "../test-server.ts";

const script = fileURLToPath(new URL("../../../../examples/analysis-worker/worker.py", import.meta.url));

/** The example's process. It reaches the server through a door, and nothing else: no database, no store. */
export interface Stranger {
  readonly process: ChildProcess;
  /** Tiles that it has asked for. */
  readonly tilesAsked: () => number;
  /** Lets it have the tiles that it asks for from now on, and those it waits for. */
  open(): void;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** @param isOpen whether it gets tiles at once; otherwise it is in the middle of a job until the door is opened. */
export async function startStranger(server: TestServer, workerId: string, isOpen = true): Promise<Stranger> {
  let asked = 0;
  let letIn: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    letIn = resolve;
  });
  if (isOpen) letIn();
  const door = createServer(async (incoming, response) => {
    if (incoming.url?.startsWith("/pyramids/")) {
      asked += 1;
      await opened;
    }
    const { host: _, ...headers } = incoming.headers;
    const target = new URL(incoming.url ?? "/", server.address);
    const onward = request(target, { method: incoming.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    // Whoever is gone asks for nothing any more: the server takes back what it was about to hand out.
    response.once("close", () => onward.destroy());
    onward.once("error", () => response.destroy());
    incoming.pipe(onward);
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const child = spawn("python3", [script], {
    env: {
      PATH: process.env["PATH"] ?? "",
      SERVER_URL: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
      WORKER_TOKEN: server.workerToken,
      WORKER_ID: workerId,
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return {
    process: child,
    tilesAsked: () => asked,
    open: () => letIn(),
    ended,
    async stop() {
      child.kill("SIGKILL");
      await ended;
      door.closeAllConnections();
      door.close();
    },
  };
}
