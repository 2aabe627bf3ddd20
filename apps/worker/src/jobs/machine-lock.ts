import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/**
 * A lock that one process of this machine holds at a time; waits until it is free. The system frees it with its
 * process, however that dies: it is a socket of Linux' abstract names, or a pipe of Windows. Elsewhere each process has
 * its own.
 *
 * @returns frees the lock. @throws the signal's reason.
 */
export async function acquireMachineLock(name: string, signal: AbortSignal): Promise<() => void> {
  const address = addressOf(`tilewright: ${name}`);
  for (;;) {
    signal.throwIfAborted();
    const release = await tryListening(address);
    if (release) return release;
    await untilReleased(address, signal);
  }
}

function addressOf(title: string): string {
  if (process.platform === "linux") return `\0${title}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${title}` : `/tmp/${title} of ${process.pid}`;
}

/** Null if another process holds the lock. */
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

/** Whoever holds the lock says nothing; when it is freed, the connection ends. */
async function untilReleased(path: string, signal: AbortSignal): Promise<void> {
  const socket = connect({ path, signal }).on("error", () => {});
  await new Promise((resolve) => socket.once("close", resolve).resume());
}
