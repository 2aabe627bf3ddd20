import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/**
 * Waits until no other process of this machine has this turn, and takes it. The system ends a turn with its process,
 * however that dies: it is a socket of Linux' abstract names, or a pipe of Windows. Elsewhere a turn is the process's own.
 *
 * @returns ends the turn. @throws the signal's reason.
 */
export async function takeTurn(name: string, signal: AbortSignal): Promise<() => void> {
  const address = addressOf(`tilewright: ${name}`);
  for (;;) {
    signal.throwIfAborted();
    const endTurn = await tryListening(address);
    if (endTurn) return endTurn;
    await untilEnded(address, signal);
  }
}

function addressOf(title: string): string {
  if (process.platform === "linux") return `\0${title}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${title}` : `/tmp/${title} of ${process.pid}`;
}

/** Null if another has the turn. */
async function tryListening(address: string): Promise<(() => void) | null> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on("error", () => {}).once("close", () => waiting.delete(socket));
  });
  try {
    await once(server.listen(address), "listening");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return null;
    throw error;
  }
  return () => {
    server.close();
    for (const socket of waiting) socket.destroy();
  };
}

/** Whoever has the turn says nothing; when it ends, so does the connection. */
async function untilEnded(path: string, signal: AbortSignal): Promise<void> {
  const socket = connect({ path, signal }).on("error", () => {});
  await new Promise((resolve) => socket.once("close", resolve).resume());
}
