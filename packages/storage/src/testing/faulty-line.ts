import { connect, createServer, type Server, type Socket } from "node:net";

/** What happens to an answer once `afterBytes` of it have passed. */
export interface Fault {
  readonly kind: "cut" | "stall";
  readonly afterBytes: number;
}

/** A line to a server on this machine that counts what passes, and breaks where a test wants it to. */
export class FaultyLine {
  /** Bytes that have gone to the server. */
  sentBytes = 0;
  /** Bytes that have come from it. */
  receivedBytes = 0;
  /** Faults that are still to happen, one for each connection that reaches its point. */
  readonly faults: Fault[] = [];
  readonly #server: Server;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer((near) => this.#connect(near));
  }

  /** @param address where the server answers, such as `http://127.0.0.1:9000`. */
  static async to(address: string): Promise<FaultyLine> {
    const line = new FaultyLine(Number(new URL(address).port));
    await new Promise<void>((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  /** Where the line begins. */
  get address(): string {
    const bound = this.#server.address();
    return `http://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connect(near: Socket): void {
    const far = connect(this.#port, "127.0.0.1");
    let received = 0;
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    near.on("data", (chunk) => {
      this.sentBytes += chunk.length;
      if (!far.write(chunk)) near.pause();
    });
    far.on("drain", () => near.resume());
    far.on("data", (chunk) => {
      received += chunk.length;
      this.receivedBytes += chunk.length;
      const [fault] = this.faults;
      if (fault && received > fault.afterBytes) {
        this.faults.shift();
        far.pause();
        if (fault.kind === "cut") near.destroy();
        return;
      }
      if (!near.write(chunk)) far.pause();
    });
    near.on("drain", () => far.resume());
    near.on("end", () => far.end());
    far.on("end", () => near.end());
  }
}
