import {
  connectionErrorOf,
  type TilewrightClient,
  type UploadOptions,
  type UploadSource,
  type UploadState,
} from "@tilewright/client";
import { digestFile } from "./digest/read-in-worker.ts";
import { createUploadMemory, type UploadMemory } from "./memory.ts";
import { createTabLock, type TabLock } from "./tab-lock.ts";

/** Everything the queue reaches beyond itself. */
export interface UploadPorts {
  readonly memory: UploadMemory;
  readonly tabs: TabLock;
  /** Sends the file and starts its tiling; aborting the signal pauses. */
  send(file: File, options: UploadOptions): Promise<{ readonly imageId: string }>;
  stateOf(uploadId: string): Promise<UploadState>;
  abort(uploadId: string): Promise<unknown>;
  /** Answers within two seconds, whatever the server does. */
  isServerInReach(): Promise<boolean>;
  /** Resolves when it is worth trying a server again that was out of reach. */
  untilWorthTrying(signal: AbortSignal): Promise<void>;
}

const betweenTriesMs = 15_000;
const longestAnswerMs = 1_500;
/** Of each of two uploads: a browser opens six lines to a server, and what else the page asks needs some. */
const concurrency = 2;

export function browserPorts(client: TilewrightClient): UploadPorts {
  return {
    memory: createUploadMemory(storageOrNull()),
    tabs: createTabLock(navigator.locks),
    send: (file, options) => client.uploadImage(comparable(file), { concurrency, ...options }),
    stateOf: (uploadId) => client.uploads.listParts.query({ uploadId }),
    abort: (uploadId) => client.uploads.abort.mutate({ uploadId }),
    isServerInReach: () => {
      const signal = AbortSignal.timeout(longestAnswerMs);
      return client.images.list.query({ limit: 1 }, { signal }).then(
        () => true,
        (error: unknown) => !signal.aborted && connectionErrorOf(error)?.code !== "OUT_OF_REACH",
      );
    },
    untilWorthTrying: (signal) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          removeEventListener("online", done);
          resolve();
        };
        const timer = setTimeout(done, betweenTriesMs);
        addEventListener("online", done);
        signal.addEventListener("abort", done, { once: true });
      }),
  };
}

const comparable = (file: File): UploadSource => ({
  name: file.name,
  size: file.size,
  slice: (start, end) => file.slice(start, end),
  sha256: (signal, onRead) => digestFile(file, signal, onRead),
});

function storageOrNull(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
