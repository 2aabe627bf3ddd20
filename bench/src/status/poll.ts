import { connect, type Socket } from "node:net";

export interface Polled {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answerBytes: number;
}

/**
 * Polls over so many connections, each of which asks again as soon as it has its answer. It speaks just enough HTTP to
 * cost less than what it measures.
 *
 * @param next the request to send, and what is to be done with its answer.
 * @throws Error an answer is not 200.
 */
export async function poll(
  port: number,
  { connections, forMs }: { readonly connections: number; readonly forMs: number },
  next: () => { readonly request: string; readonly take?: (body: string) => void },
): Promise<Polled> {
  const latenciesMs: number[] = [];
  let bytes = 0;
  const startedMs = performance.now();
  const ask = async (): Promise<void> => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    try {
      while (performance.now() - startedMs < forMs) {
        const { request, take } = next();
        const sentMs = performance.now();
        const body = await exchange(socket, request);
        latenciesMs.push(performance.now() - sentMs);
        bytes += body.length;
        take?.(body);
      }
    } finally {
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, ask));
  const seconds = (performance.now() - startedMs) / 1_000;
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (fraction: number) => sorted[Math.floor(sorted.length * fraction)] ?? Number.NaN;
  const count = sorted.length;
  return { perSecond: count / seconds, p50Ms: at(0.5), p99Ms: at(0.99), answerBytes: bytes / count };
}

function exchange(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const fail = (error: Error) => reject(error);
    const take = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const head = text.indexOf("\r\n\r\n");
      if (head === -1) return;
      const length = Number(/\r\ncontent-length: (\d{1,9})\r\n/i.exec(text.slice(0, head + 2))?.[1]);
      if (text.length < head + 4 + length) return;
      socket.off("data", take).off("error", fail);
      if (text.startsWith("HTTP/1.1 200")) resolve(text.slice(head + 4));
      else reject(new Error(text.slice(0, 500)));
    };
    socket.on("data", take).on("error", fail);
    socket.write(request);
  });
}

export const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
