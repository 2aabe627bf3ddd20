import { refusalOf } from "@tilewright/client";
import { errorSentences } from "@tilewright/core/errors";
import { EntryList } from "./entry-list.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint.ts";
import { problemOf, unreadableFile } from "./problem.ts";
import type { UploadPorts } from "./upload-ports.ts";

const mostAtATime = 2;

/** What only this tab has of an upload: its bytes, the run in flight, and the hold against other tabs. */
interface InHand {
  readonly file: File;
  stop: AbortController | null;
  release: (() => void) | null;
}

/** All uploads of this tab. Lives outside React, so that they survive every change of page. */
export class UploadQueue {
  readonly #entries = new EntryList();
  readonly #inHand = new Map<string, InHand>();
  readonly #ports: UploadPorts;

  constructor(ports: UploadPorts) {
    this.#ports = ports;
  }

  readonly subscribe = this.#entries.subscribe;
  readonly snapshot = this.#entries.snapshot;

  /** A file that was interrupted, paused or failed goes on where it was; one that is under way is left alone. */
  add(files: readonly File[]): void {
    for (const file of files) {
      const fingerprint = fingerprintOf(file);
      const known = this.#entries.findFile(fingerprint);
      if (!known) this.#enqueue(this.#entries.add({ ...unbegun, ...fingerprint }), file);
      else if (known.phase === "INTERRUPTED" || known.phase === "PAUSED" || known.phase === "FAILED") {
        this.#enqueue(known.key, file);
      }
    }
  }

  pause(key: string): void {
    this.#entries.patch(key, { phase: "PAUSED", pace: null, problem: null });
    this.#stop(key);
  }

  /** After a pause, and after a failure that another try may mend. */
  resume(key: string): void {
    const file = this.#inHand.get(key)?.file;
    if (file) this.add([file]);
  }

  /** As `resume`; a server that was out of reach is tried at once. */
  retry(key: string): void {
    if (this.#entries.find(key)?.phase === "WAITING") this.pause(key);
    this.resume(key);
  }

  /** Gives the upload up, here and at the server. One that turns out to be complete is shown as such. */
  async cancel(key: string): Promise<void> {
    const entry = this.#entries.find(key);
    if (!entry) return;
    this.#entries.patch(key, { phase: "CANCELLING", pace: null, problem: null });
    this.#stop(key);
    const { uploadId } = entry;
    try {
      if (uploadId !== null) await this.#ports.abort(uploadId);
    } catch (error) {
      const code = refusalOf(error)?.code;
      if (code === "UPLOAD_CLOSED") return this.#finish(key);
      if (code !== "UPLOAD_NOT_FOUND") {
        const phase = this.#inHand.has(key) ? "PAUSED" : "INTERRUPTED";
        return this.#entries.patch(key, { phase, problem: "The upload could not be cancelled. Try again." });
      }
    }
    this.dismiss(key);
  }

  dismiss(key: string): void {
    this.#forget(key);
    this.#inHand.delete(key);
    this.#entries.remove(key);
  }

  /** Lists what an earlier visit left unfinished and the server still waits for. */
  async restore(): Promise<void> {
    const held = await this.#ports.tabs.held();
    const unfinished = this.#ports.memory.list().filter(({ uploadId }) => !held.has(uploadId));
    await Promise.all(
      unfinished.map(async (upload) => {
        const key = this.#entries.add({ ...unbegun, ...upload, phase: "INTERRUPTED" });
        const state = await this.#ports.stateOf(upload.uploadId).catch((error: unknown) => refusalOf(error)?.code);
        if (this.#entries.find(key)?.phase !== "INTERRUPTED") return;
        if (state === "UPLOAD_NOT_FOUND" || state === "INVALID_INPUT") return this.dismiss(key);
        if (typeof state !== "object") return;
        if (state.status !== "OPEN") return this.dismiss(key);
        const sentBytes = state.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
        this.#entries.patch(key, { sentBytes, imageId: state.imageId });
      }),
    );
  }

  #enqueue(key: string, file: File): void {
    // Known without asking, and without waiting for a turn.
    if (file.size === 0) {
      const problem = errorSentences.EMPTY_FILE;
      this.#entries.patch(key, { phase: "FAILED", problem, retry: "NEVER" });
      return;
    }
    const release = this.#inHand.get(key)?.release ?? null;
    this.#inHand.set(key, { file, stop: null, release });
    this.#entries.patch(key, { phase: "QUEUED", problem: null, pace: null, retry: "RESUME" });
    this.#startNext();
  }

  #startNext(): void {
    const running = [...this.#inHand.values()].filter((upload) => upload.stop !== null).length;
    const waiting = this.#entries.snapshot().filter((entry) => entry.phase === "QUEUED");
    for (const { key } of waiting.slice(0, Math.max(0, mostAtATime - running))) void this.#run(key);
  }

  async #run(key: string): Promise<void> {
    const upload = this.#inHand.get(key);
    const entry = this.#entries.find(key);
    if (!upload || !entry) return;
    const stop = new AbortController();
    upload.stop = stop;
    this.#entries.patch(key, { phase: "SENDING" });
    try {
      const { imageId } = await this.#ports.send(upload.file, {
        uploadId: entry.uploadId ?? undefined,
        signal: stop.signal,
        onComparing: () => this.#entries.patch(key, { phase: "COMPARING" }),
        onOpen: ({ uploadId, imageId }) => {
          this.#opened(key, { uploadId, imageId, ...fingerprintOf(upload.file) });
          if (!stop.signal.aborted) this.#entries.patch(key, { phase: "SENDING" });
        },
        // This tab has its own way of waiting, and says so meanwhile.
        onStorageFull: (refusal) => {
          throw refusal;
        },
        onProgress: ({ sentBytes, bytesPerSecond, secondsLeft }) => {
          if (stop.signal.aborted) return;
          this.#entries.patch(key, { sentBytes, pace: { bytesPerSecond, secondsLeft } });
        },
      });
      if (!stop.signal.aborted) this.#finish(key, imageId);
    } catch (error) {
      if (!stop.signal.aborted) await this.#fail(key, upload, error, stop.signal);
    } finally {
      if (upload.stop === stop) upload.stop = null;
      this.#startNext();
    }
  }

  #opened(key: string, { imageId, ...upload }: Fingerprint & { uploadId: string; imageId: string }): void {
    this.#ports.memory.remember(upload);
    const inHand = this.#inHand.get(key);
    if (inHand && inHand.release === null) inHand.release = this.#ports.tabs.hold(upload.uploadId);
    this.#entries.patch(key, { uploadId: upload.uploadId, imageId });
  }

  async #fail(key: string, upload: InHand, error: unknown, signal: AbortSignal): Promise<void> {
    const isReadable = await upload.file
      .slice(0, 1)
      .arrayBuffer()
      .then(() => true)
      .catch(() => false);
    const refusal = refusalOf(error);
    const isWithoutRoom = refusal?.code === "STORAGE_FULL" && this.#entries.find(key)?.uploadId !== null;
    if (isReadable && (isWithoutRoom || (!refusal && !(await this.#ports.isServerInReach())))) {
      if (signal.aborted) return;
      const problem = isWithoutRoom ? refusal.message : null;
      this.#entries.patch(key, { phase: "WAITING", pace: null, problem });
      await this.#ports.untilWorthTrying(signal);
      if (!signal.aborted) this.#enqueue(key, upload.file);
      return;
    }
    if (signal.aborted) return;
    const { sentence, retry } = isReadable ? problemOf(error) : unreadableFile;
    if (retry === "RESTART") this.#forget(key);
    const begun = retry === "RESTART" ? { uploadId: null, sentBytes: 0 } : {};
    this.#entries.patch(key, { phase: "FAILED", pace: null, problem: sentence, retry, ...begun });
  }

  #finish(key: string, imageId = this.#entries.find(key)?.imageId ?? null): void {
    this.#forget(key);
    const sentBytes = this.#entries.find(key)?.sizeBytes ?? 0;
    this.#entries.patch(key, { phase: "FINISHED", pace: null, sentBytes, imageId });
    this.#inHand.delete(key);
  }

  #stop(key: string): void {
    const upload = this.#inHand.get(key);
    upload?.stop?.abort();
    if (upload) upload.stop = null;
    this.#startNext();
  }

  #forget(key: string): void {
    const uploadId = this.#entries.find(key)?.uploadId;
    if (uploadId) this.#ports.memory.forget(uploadId);
    const upload = this.#inHand.get(key);
    upload?.release?.();
    if (upload) upload.release = null;
  }
}

const unbegun = {
  phase: "QUEUED",
  sentBytes: 0,
  pace: null,
  problem: null,
  retry: "RESUME",
  uploadId: null,
  imageId: null,
} as const;
