import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";

/** A process of ours. It ends with this one, however this one ends. */
export class Program {
  readonly #child: ChildProcess;
  readonly exited: Promise<void>;
  #said = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    // Not "exit": what it said last may still be on its way.
    this.exited = once(child, "close").then(() => {
      running.delete(this);
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#said = (this.#said + text).slice(-4_000);
      });
    }
    running.add(this);
  }

  /**
   * @param command a program and its arguments; of this one's environment it inherits only what it cannot do without.
   */
  static start([program = "", ...args]: readonly string[], environment: Readonly<Record<string, string>>): Program {
    const { PATH = "", HOME = "", NODE_COMPILE_CACHE = "" } = process.env;
    const child = spawn(program, args, {
      env: { PATH, HOME, NODE_COMPILE_CACHE, ...environment },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    child.on("error", () => {});
    return new Program(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The end of what it wrote to its standard output and error. */
  get said(): string {
    return this.#said;
  }

  /** SIGKILL; a stopped process dies of it too. */
  async kill(): Promise<void> {
    if (this.isRunning) this.#child.kill("SIGKILL");
    await this.exited;
  }

  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  wake(): void {
    this.#child.kill("SIGCONT");
  }

  killNow(): void {
    if (this.isRunning) this.#child.kill("SIGKILL");
  }

  /** Pids of the processes that it has started. */
  async children(): Promise<number[]> {
    const { pid } = this;
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
    return text.split(" ").filter(Boolean).map(Number);
  }
}

const running = new Set<Program>();
process.once("exit", () => {
  for (const program of running) program.killNow();
});

/** To a process that may have ended by itself. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
