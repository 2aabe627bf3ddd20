import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createTilewrightClient, type TilewrightClient } from "@tilewright/client";
import { freePort } from "./free-port.ts";

const program = fileURLToPath(import.meta.resolve("@tilewright/server"));

/** The whole product as its users run it: a process of its own, with everything it starts by itself. */
export class Product {
  readonly address: string;
  readonly client: TilewrightClient;
  readonly dataDirectory: string;
  readonly #settings: Record<string, string>;
  #process: ChildProcess | null = null;

  private constructor(port: number, dataDirectory: string, settings: Record<string, string>) {
    this.address = `http://127.0.0.1:${port}`;
    this.client = createTilewrightClient({ baseUrl: this.address });
    this.dataDirectory = dataDirectory;
    this.#settings = { PORT: String(port), DATA_DIRECTORY: dataDirectory, ...settings };
  }

  /** On a directory and a port of its own. */
  static async start(settings: Record<string, string> = {}): Promise<Product> {
    const dataDirectory = await mkdtemp(join(tmpdir(), "tilewright-e2e-"));
    const product = new Product(await freePort(), dataDirectory, settings);
    await product.restart();
    return product;
  }

  /** Of the server; its workers have others. */
  get pid(): number {
    return this.#running()?.pid ?? 0;
  }

  /** Starts the process anew, on the same data, once the earlier one is gone. */
  async restart(): Promise<void> {
    const { PATH = "", HOME = "", NODE_COMPILE_CACHE = "" } = process.env;
    const child = spawn(process.execPath, [program], {
      env: { PATH, HOME, NODE_COMPILE_CACHE, ...this.#settings },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A process group of its own, so that a kill reaches the workers and decoders too.
      detached: true,
    });
    this.#process = child;
    const said: string[] = [];
    const ready = new Promise<void>((resolve, reject) => {
      child.once("exit", () => reject(new Error(`The product ended before it was ready:\n${said.join("\n")}`)));
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream as NodeJS.ReadableStream }).on("line", (line) => {
          said.push(line);
          if (line.includes("Tilewright is ready")) resolve();
        });
      }
    });
    await ready;
  }

  /** SIGKILL to server, workers and decoders: nothing of it gets to say good-bye. */
  async kill(): Promise<void> {
    const child = this.#running();
    if (!child?.pid) return;
    const exit = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await exit;
  }

  /** Stops it as an operator does. */
  async end(): Promise<void> {
    const child = this.#running();
    if (!child) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    await exit;
  }

  /** Stops it and removes its data. */
  async stop(): Promise<void> {
    await this.end();
    await rm(this.dataDirectory, { recursive: true, force: true, maxRetries: 5 });
  }

  #running(): ChildProcess | null {
    const child = this.#process;
    return child && child.exitCode === null && child.signalCode === null ? child : null;
  }
}
