import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { root } from "../toolchain.mjs";

/** Where in Node itself a program was when it failed. */
const nodesOwn = /^\s+at .*\(?node:/;

/** One line for a person, with the name of who says it. */
export function say(name, text) {
  process.stdout.write(name === "" ? `${text}\n` : `${name.padEnd(8)} ${text}\n`);
}

/** A program of ours that runs beside others, and says little. It ends with this process, however that ends. */
export class Part {
  /** Called when it ends without `stop`. */
  onEnd = () => {};
  #name;
  #command;
  #isReady;
  #shows;
  #child = null;

  /**
   * @param isReady the line by which it says that it can be used; without one, it sends a message.
   * @param shows the lines of its standard output that a person should see.
   */
  constructor(name, program, args = [], { isReady, shows = /./ } = {}) {
    this.#name = name;
    this.#command = [join(root, program), ...args];
    this.#isReady = isReady;
    this.#shows = shows;
  }

  /** @returns what it sends when it is ready. @throws Error it has ended before. */
  async start(env) {
    const child = spawn(process.execPath, this.#command, { cwd: root, env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#child = child;
    const ready = new Promise((settle, reject) => {
      child.once("message", settle);
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`The ${this.#name} did not start.`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (this.#isReady?.test(line)) settle();
        if (this.#shows.test(line)) this.#say(line);
      });
    });
    createInterface({ input: child.stderr }).on("line", (line) => this.#say(line));
    const answer = await ready;
    child.once("exit", () => this.#child === child && this.onEnd());
    return answer;
  }

  async stop() {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  }

  #say(line) {
    const text = stripVTControlCharacters(line).trimEnd();
    if (text !== "" && !nodesOwn.test(text)) say(this.#name, text);
  }
}
