import { fileURLToPath } from "node:url";
import { Program } from "./program.ts";

const program = fileURLToPath(import.meta.resolve("@tilewright/worker"));

export interface WorkerOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Modules that its process loads first. */
  readonly preload?: readonly string[] | undefined;
  /** A program that starts it, with its arguments. */
  readonly launcher?: readonly string[] | undefined;
}

/** A worker process, with the decoders that it starts. */
export class Worker {
  readonly id: string;
  readonly #options: WorkerOptions;
  #program: Program | null = null;

  constructor(id: string, options: WorkerOptions) {
    this.id = id;
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#program?.isRunning ?? false;
  }

  /** The end of what its process wrote to its standard output and error. */
  get said(): string {
    return this.#program?.said ?? "";
  }

  start(): void {
    const { environment, preload = [], launcher = [] } = this.#options;
    const imports = preload.flatMap((module) => ["--import", module]);
    const command = [...launcher, process.execPath, ...imports, program];
    this.#program = Program.start(command, { ...environment, WORKER_ID: this.id, LOG_LEVEL: "warn" });
  }

  /** SIGKILL to the worker alone: its decoders have to notice by themselves. */
  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  freeze(): void {
    this.#program?.freeze();
  }

  wake(): void {
    this.#program?.wake();
  }

  decoders(): Promise<number[]> {
    return this.#program?.children() ?? Promise.resolve([]);
  }
}
