import { createServer, type Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../random.ts";

export interface StutterCounts {
  /** Completions that were sent more than once. */
  completions: number;
  /** Heartbeats that came again, later, after newer ones. */
  lateBeats: number;
}

const copies = 3;

/**
 * A line that repeats itself: each completion goes out three times at once, and each heartbeat comes a second time a
 * while later, when newer ones have passed it.
 */
export function openStutteringProxy(
  target: string,
  random: Random,
  counts: StutterCounts,
): Promise<{ server: Server; address: string }> {
  const forward = (path: string, init: RequestInit) => fetch(new URL(path, target), init);
  const late = async (path: string, init: RequestInit, afterMs: number) => {
    await delay(afterMs);
    counts.lateBeats += 1;
    await forward(path, init).catch(() => {});
  };
  const server = createServer((request, response) => {
    void (async () => {
      const body = Buffer.concat(await Array.fromAsync(request));
      const { url = "/", method = "GET", headers } = request;
      const init: RequestInit = {
        method,
        headers: { "content-type": "application/json", authorization: headers.authorization ?? "" },
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      };
      if (url.includes("tiling.heartbeat")) void late(url, init, random.between(500, 3_000));
      const isCompletion = url.includes("tiling.markComplete");
      if (isCompletion) counts.completions += 1;
      const answers = await Promise.all(Array.from({ length: isCompletion ? copies : 1 }, () => forward(url, init)));
      const [answer] = answers;
      if (!answer) return;
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    })().catch(() => response.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      resolve({ server, address: `http://127.0.0.1:${port}` });
    });
  });
}
