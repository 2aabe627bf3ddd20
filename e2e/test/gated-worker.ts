import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createTilewrightClient, type TilewrightClient } from "@tilewright/client";
import type { ObjectStore } from "@tilewright/core/storage";
import { pyramidKey } from "@tilewright/core/tiling";
import { defaultSettings } from "@tilewright/pyramid";
import { openObjectStore } from "@tilewright/storage";
import { runWorker } from "@tilewright/worker/run";
import pino from "pino";
import { isAtWork } from "./decoder-at-work.ts";
import type { Product } from "./product.ts";

export const workerToken = "the worker token of a test";

/** A point that a worker reaches and does not leave until somebody opens it. */
export class Gate {
  readonly #reached = Promise.withResolvers<void>();
  readonly #open = Promise.withResolvers<void>();

  /** Resolves once a worker stands before it. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  open(): void {
    this.#open.resolve();
  }

  async pass(signal?: AbortSignal): Promise<void> {
    this.#reached.resolve();
    const aborted = Promise.withResolvers<void>();
    signal?.addEventListener("abort", () => aborted.reject(signal.reason), { once: true });
    await Promise.race([this.#open.promise, aborted.promise]);
  }
}

export interface GatedWorker {
  readonly scratchDirectory: string;
  stop(): Promise<void>;
}

interface Interference {
  /** Before the source is fetched, as from a store that is elsewhere. */
  readonly downloading?: Gate;
  /** Before the pyramid is stored. */
  readonly publishing?: Gate;
  readonly client?: (client: TilewrightClient) => TilewrightClient;
}

/** A real worker inside this process, for a product without workers of its own. */
export async function startGatedWorker(product: Product, interference: Interference = {}): Promise<GatedWorker> {
  const scratchDirectory = await mkdtemp(join(tmpdir(), "tilewright-worker-"));
  const client = createTilewrightClient({ baseUrl: product.address, workerToken });
  const store = await openObjectStore(pathToFileURL(join(product.dataDirectory, "storage")).href, workerToken);
  const stop = new AbortController();
  const running = runWorker(
    {
      client: interference.client?.(client) ?? client,
      objects: gated(store, interference),
      workerId: "gated",
      scratchDirectory,
      settings: defaultSettings,
      limits: { maxPixels: 40_000_000_000, memoryBytes: 512 * 2 ** 20, timeoutMs: 600_000 },
      largeMemoryBytes: 0,
      logger: pino({ level: "silent" }),
    },
    stop.signal,
  );
  return {
    scratchDirectory,
    async stop() {
      stop.abort(new Error("The test is over."));
      await running;
      await rm(scratchDirectory, { recursive: true, force: true });
    },
  };
}

function gated(store: ObjectStore, { downloading, publishing }: Interference): ObjectStore {
  const overrides: Partial<ObjectStore> = {
    ...(downloading && {
      localPath: () => null,
      async *get(key, range, signal) {
        await downloading.pass(signal);
        yield* store.get(key, range, signal);
      },
    }),
    ...(publishing && {
      async putFile(key, path, options) {
        if (key.endsWith(pyramidKey(""))) await publishing.pass(options?.signal);
        return store.putFile(key, path, options);
      },
    }),
  };
  return new Proxy(store, {
    get: (target, name) => Reflect.get(overrides, name) ?? bound(target, name),
  });
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "function" ? value.bind(target) : value;
}

/** Pids of the decoders of this process that have begun with a task. */
export async function decodersAtWork(): Promise<number[]> {
  const threads = await readdir("/proc/self/task");
  const lists = await Promise.all(threads.map((id) => readFile(`/proc/self/task/${id}/children`, "utf8")));
  const pids = lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
  return pids.filter(isAtWork);
}
