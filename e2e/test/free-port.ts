import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the range from which the system takes ports for outgoing connections: while its owner is dead, none may take
 * it.
 */
const lowest = 18_000;
const highest = 32_000;

/** A port on loopback that is free at this moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
