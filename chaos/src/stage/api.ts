import { fileURLToPath } from "node:url";
import { createTilewrightClient, type TilewrightClient } from "@tilewright/client";
import { Program } from "./program.ts";

const program = fileURLToPath(import.meta.resolve("@tilewright/server"));

/** A server process without a database or workers of its own; it comes back on the same port. */
export class Api {
  readonly address: string;
  readonly client: TilewrightClient;
  /** A worker's view. */
  readonly worker: TilewrightClient;
  readonly #environment: Record<string, string>;
  #program: Program | null = null;

  constructor(port: number, environment: Record<string, string> & { WORKER_TOKEN: string }) {
    this.address = `http://127.0.0.1:${port}`;
    this.client = createTilewrightClient({ baseUrl: this.address });
    this.worker = createTilewrightClient({ baseUrl: this.address, workerToken: environment.WORKER_TOKEN });
    this.#environment = { ...environment, PORT: String(port), WORKERS: "0", LOG_LEVEL: "warn" };
  }

  get isUp(): boolean {
    return this.#program?.isRunning ?? false;
  }

  /** @throws Error it ended before it answered. */
  async start(): Promise<void> {
    const started = Program.start([process.execPath, program], this.#environment);
    this.#program = started;
    while (started.isRunning) {
      if (await answers(this.address)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await started.exited;
    throw new Error(`A server ended before it was ready:\n${started.said}`);
  }

  async kill(): Promise<void> {
    await this.#program?.kill();
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/readyz`)).ok;
  } catch {
    return false;
  }
}
