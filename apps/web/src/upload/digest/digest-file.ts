import type { DigestNews } from "./digest-worker.ts";

/**
 * SHA-256 of a file, piece by piece in a worker of its own, so that the page stays quick. WebCrypto would need all of the
 * file in memory.
 *
 * @throws the signal's reason; Error when the file can't be read.
 */
export function digestFile(file: File, signal: AbortSignal, onRead?: (readBytes: number) => void): Promise<string> {
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
      if ("sha256" in data) resolve(data.sha256);
      else reject(new Error(data.problem));
    };
    worker.onerror = ({ message }) => {
      end();
      reject(new Error(message));
    };
    worker.postMessage(file);
  });
}
