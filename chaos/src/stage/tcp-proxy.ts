import { connect, createServer, type Server, type Socket } from "node:net";

/** A line on loopback that can go dead: nothing passes, and nobody is told. What was under way arrives later. */
export class TcpProxy {
  readonly address: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isDead = false;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.address = `http://127.0.0.1:${port}`;
  }

  static open(targetPort: number): Promise<TcpProxy> {
    return new Promise((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        const proxy = new TcpProxy(server, typeof address === "object" && address ? address.port : 0);
        server.on("connection", (socket) => proxy.#join(socket, connect(targetPort, "127.0.0.1")));
        resolve(proxy);
      });
    });
  }

  die(): void {
    this.#isDead = true;
    for (const socket of this.#sockets) socket.pause();
  }

  heal(): void {
    this.#isDead = false;
    for (const socket of this.#sockets) socket.resume();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on("data", (chunk) => to.write(chunk));
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#isDead) from.pause();
    }
  }
}
