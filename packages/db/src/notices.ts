import pg from "pg";
import { connectTimeoutMs } from "./session.ts";

/** Whoever has put something in line says so here, with the queue's name as topic. */
export const noticeChannel = "tilewright_work";
const [firstPauseMs, longestPauseMs] = [250, 5_000];

type Listener = () => void;

/**
 * What other nodes tell this one at once, over a connection of its own, opened again whenever it breaks. Notices
 * may be missed: whoever listens looks for itself too, rarely while they come and often while they don't.
 */
export class Notices {
  readonly #url: string;
  readonly #onError: (error: Error) => void;
  readonly #listeners = new Map<string, Set<Listener>>();
  #client: pg.Client | null = null;
  #isListening = false;
  #isClosed = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(url: string, onError: (error: Error) => void) {
    this.#url = url;
    this.#onError = onError;
  }

  /** Calls `listener` at each notice about `topic`, and whenever notices begin to come or come no more. */
  on(topic: string, listener: Listener): void {
    this.#listeners.set(topic, (this.#listeners.get(topic) ?? new Set()).add(listener));
  }

  /** Whether notices come now. The first question begins it. */
  isListening(): boolean {
    if (!this.#client && !this.#isClosed && !this.#retry) void this.#connect();
    return this.#isListening;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    this.#retry = undefined;
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: "tilewright notices",
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
    });
    this.#client = client;
    client.on("error", (error) => this.#isListening && this.#onError(error));
    client.once("end", () => this.#lost(client));
    client.on("notification", ({ payload = "" }) => this.#tell(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${noticeChannel}`);
      this.#failures = 0;
      this.#isListening = true;
      this.#tellAll();
    } catch {
      // Whatever is wrong with the database is heard of by those who ask it.
      await client.end().catch(() => {});
      this.#lost(client);
    }
  }

  #lost(client: pg.Client): void {
    if (client !== this.#client) return;
    this.#client = null;
    const wasListening = this.#isListening;
    this.#isListening = false;
    if (this.#isClosed) return;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures++);
    this.#retry = setTimeout(() => void this.#connect(), pauseMs);
    if (wasListening) this.#tellAll();
  }

  #tell(topic: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }

  #tellAll(): void {
    for (const topic of this.#listeners.keys()) this.#tell(topic);
  }
}
