import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@tilewright/db";
import { freePort } from "@tilewright/e2e/free-port";

/** The embedded PostgreSQL, which can crash and come back on the same port. */
export class Postgres {
  readonly url: string;
  readonly #directory: string;
  #server: EmbeddedPostgres;

  private constructor(directory: string, server: EmbeddedPostgres) {
    this.#directory = directory;
    this.#server = server;
    this.url = server.url;
  }

  static async start(directory: string): Promise<Postgres> {
    return new Postgres(directory, await startEmbeddedPostgres({ directory, choosePort: freePort }));
  }

  /** PostgreSQL's own immediate shutdown: nothing is written any more, all connections drop. */
  async crash(): Promise<void> {
    const file = await readFile(join(this.#directory, "cluster/postmaster.pid"), "utf8");
    process.kill(Number(file.split("\n")[0]), "SIGQUIT");
    // At once, so that nobody else starts it anew.
    await this.#server.stop();
  }

  /** Recovers from its log what was committed. */
  async start(): Promise<void> {
    const { port } = this.#server;
    this.#server = await startEmbeddedPostgres({ directory: this.#directory, choosePort: async () => port });
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
