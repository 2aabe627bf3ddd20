import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * One address for several servers, as an operator puts before them: a connection goes to the next one that is there.
 */
export class Balancer {
  readonly address: string;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>, port: number) {
    this.#server = server;
    this.#sockets = sockets;
    this.address = `http://127.0.0.1:${port}`;
  }

  static async open(ports: readonly number[]): Promise<Balancer> {
    const sockets = new Set<Socket>();
    let turn = 0;
    const server = createServer((near) => {
      sockets.add(near);
      near.on("error", () => {}).on("close", () => sockets.delete(near));
      turn += 1;
      void join(
        near,
        ports.map((_, index) => ports[(turn + index) % ports.length] ?? 0),
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return new Balancer(server, sockets, typeof address === "object" && address ? address.port : 0);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

async function join(near: Socket, ports: readonly number[]): Promise<void> {
  const far = await connectFirst(ports);
  if (!far || near.destroyed) {
    far?.destroy();
    near.destroy();
    return;
  }
  near.pipe(far).pipe(near);
  near.on("close", () => far.destroy());
  far.on("close", () => near.destroy());
}

async function connectFirst(ports: readonly number[]): Promise<Socket | null> {
  for (const port of ports) {
    const socket = connect(port, "127.0.0.1");
    const isThere = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    if (isThere) return socket.on("error", () => {});
  }
  return null;
}
