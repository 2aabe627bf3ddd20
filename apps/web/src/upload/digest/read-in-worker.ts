import type { DigestNews, DigestOrder } from "./digest-worker.ts";

type OnRead = (readBytes: number) => void;

/**
 * SHA-256 of a file, piece by piece in a worker of its own, so that the page stays quick. WebCrypto would need all of
 * the file in memory.
 *
 * @throws the signal's reason; Error when the file can't be read.
 */
export async function digestFile(file: File, signal: AbortSignal, onRead?: OnRead): Promise<string> {
  const [digest = ""] = await readInWorker({ kind: "sha256", files: [file] }, signal, onRead);
  return digest;
}

/** CRC-32 of each file. @throws as `digestFile` */
export async function sumsOf(files: readonly File[], signal: AbortSignal, onRead?: OnRead): Promise<number[]> {
  const sums = await readInWorker({ kind: "crc32", files }, signal, onRead);
  return sums.map((sum) => Number.parseInt(sum, 16));
}

function readInWorker(order: DigestOrder, signal: AbortSignal, onRead?: OnRead): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL("./digest-worker.ts", import.meta.url), { type: "module" });
    const stop = () => {
      worker.terminate();
      reject(signal.reason);
    };
    const end = () => {
      worker.terminate();
      signal.removeEventListener("abort", stop);
    };
    signal.addEventListener("abort", stop, { once: true });
    worker.onmessage = ({ data }: MessageEvent<DigestNews>) => {
      if ("readBytes" in data) return onRead?.(data.readBytes);
      end();
      if ("digests" in data) resolve(data.digests);
      else reject(new Error(data.problem));
    };
    worker.onerror = ({ message }) => {
      end();
      reject(new Error(message));
    };
    worker.postMessage(order);
  });
}
