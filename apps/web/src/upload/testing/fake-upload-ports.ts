import type { UploadOptions, UploadState } from "@tilewright/client";
import type { Fingerprint } from "../fingerprint.ts";
import { createUploadMemory } from "../memory.ts";
import type { UploadPorts } from "../upload-ports.ts";

/** A call of `send` that the test ends as it likes. */
export interface Sending {
  readonly file: File;
  readonly options: UploadOptions;
  /** The server knows the upload from here on. */
  open(uploadId: string): void;
  progress(sentBytes: number): void;
  finish(imageId: string): void;
  fail(error: unknown): void;
}

/** Ports whose every answer the test gives. */
export class FakeUploadPorts implements UploadPorts {
  readonly memory;
  readonly sendings: Sending[] = [];
  readonly aborted: string[] = [];
  readonly states = new Map<string, UploadState | Error>();
  readonly heldElsewhere = new Set<string>();
  readonly held = new Set<string>();
  abortError: Error | null = null;
  isInReach = true;
  readonly worthTrying = Promise.withResolvers<void>();

  constructor(stored = new Map<string, string>()) {
    this.memory = createUploadMemory({
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
    });
  }

  readonly tabs = {
    hold: (uploadId: string) => {
      this.held.add(uploadId);
      return () => void this.held.delete(uploadId);
    },
    held: async () => this.heldElsewhere,
    holdFile: async (_file: Fingerprint, signal: AbortSignal, onHeldElsewhere: () => void) => {
      if (this.fileElsewhere) {
        onHeldElsewhere();
        await Promise.race([this.fileElsewhere, aborted(signal)]);
      }
      return () => {};
    },
  };
  /** While another tab has every file in hand. */
  fileElsewhere: Promise<void> | null = null;

  send(file: File, options: UploadOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<{ imageId: string }>();
    options.signal?.addEventListener("abort", () => reject(options.signal?.reason));
    this.sendings.push({
      file,
      options,
      open: (uploadId) => options.onOpen?.(stateOf(uploadId, file)),
      progress: (sentBytes) =>
        options.onProgress?.({
          sentBytes,
          totalBytes: file.size,
          bytesPerSecond: 10,
          secondsLeft: 1,
          isStalled: false,
        }),
      finish: (imageId) => resolve({ imageId }),
      fail: reject,
    });
    return promise;
  }

  async stateOf(uploadId: string): Promise<UploadState> {
    const state = this.states.get(uploadId) ?? new Error("The server cannot be reached.");
    if (state instanceof Error) throw state;
    return state;
  }

  async abort(uploadId: string): Promise<void> {
    if (this.abortError) throw this.abortError;
    this.aborted.push(uploadId);
  }

  isServerInReach = async (): Promise<boolean> => this.isInReach;
  untilWorthTrying = (): Promise<void> => this.worthTrying.promise;
}

export const stateOf = (uploadId: string, file: File, change: Partial<UploadState> = {}): UploadState => ({
  uploadId,
  imageId: `image of ${uploadId}`,
  fileName: file.name,
  sizeBytes: file.size,
  partSizeBytes: file.size,
  partCount: 1,
  status: "OPEN",
  parts: [],
  createdAt: "2025-11-24T09:00:00.000Z",
  ...change,
});

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
