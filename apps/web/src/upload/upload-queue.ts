import { refusalOf } from "@tilewright/client";
import { errorSentences } from "@tilewright/core";
import { type Chosen, isReadable } from "./choosing/chosen.ts";
import { type UploadEntry, unbegun } from "./entry.ts";
import { EntryList } from "./entry-list.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint.ts";
import { type InHand, letGo } from "./in-hand.ts";
import { halfASlide, problemOf, type UploadProblem, unreadableFile } from "./problem.ts";
import { restoreUploads } from "./restore.ts";
import { runUpload } from "./run-upload.ts";
import type { UploadPorts } from "./upload-ports.ts";

const mostAtATime = 2;

/** The server has no room, or no place in its line: told in its own words, and tried again later. */
const passing: ReadonlySet<string> = new Set(["STORAGE_FULL", "TOO_MANY_UPLOADS"]);

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
  readonly noted = this.#entries.noted;

  /** One sentence about what was handed over last; null takes it away. */
  note(sentence: string | null): void {
    this.#entries.note(sentence);
  }

  /** A file that was interrupted, paused or failed goes on where it was; one that is under way is left alone. */
  add(all: readonly Chosen[]): void {
    for (const chosen of all) {
      const fingerprint = fingerprintOf(chosen);
      const known = this.#entries.findFile(fingerprint);
      if (!known) this.#enqueue(this.#entries.add({ ...unbegun, ...fingerprint }), chosen);
      else if (known.phase === "INTERRUPTED" || known.phase === "PAUSED" || known.phase === "FAILED") {
        this.#enqueue(known.key, chosen);
      }
    }
  }

  pause(key: string): void {
    this.#entries.patch(key, { phase: "PAUSED", pace: null, problem: null });
    this.#stop(key);
  }

  /** After a pause, and after a failure that another try may mend. */
  resume(key: string): void {
    const chosen = this.#inHand.get(key)?.chosen;
    if (chosen) this.add([chosen]);
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
    this.#stop(key);
    this.#forget(key);
    this.#inHand.delete(key);
    this.#entries.remove(key);
  }

  /** @see restoreUploads */
  async restore(): Promise<void> {
    await restoreUploads(this.#ports, this.#entries, (key) => this.dismiss(key));
  }

  #enqueue(key: string, chosen: Chosen): void {
    // Known without asking, and without waiting for a place.
    const hopeless = hopelessnessOf(chosen);
    if (hopeless) {
      this.#entries.patch(key, { phase: "FAILED", problem: hopeless.sentence, retry: hopeless.retry });
      return;
    }
    const { release = null, releaseFile = null } = this.#inHand.get(key) ?? {};
    this.#inHand.set(key, { chosen, stop: null, release, releaseFile });
    this.#entries.patch(key, { phase: "QUEUED", problem: null, pace: null, retry: "RESUME" });
    this.#startNext();
  }

  #startNext(): void {
    const isRunning = ([key, { stop }]: [string, InHand]) => stop !== null && this.#find(key)?.phase !== "ELSEWHERE";
    const running = [...this.#inHand].filter(isRunning).length;
    const waiting = this.#entries.snapshot().filter((entry) => entry.phase === "QUEUED");
    for (const { key } of waiting.slice(0, Math.max(0, mostAtATime - running))) void this.#run(key);
  }

  async #run(key: string): Promise<void> {
    const upload = this.#inHand.get(key);
    if (!upload || !this.#find(key)) return;
    const stop = new AbortController();
    upload.stop = stop;
    this.#entries.patch(key, { phase: "SENDING", line: "OPEN" });
    try {
      const imageId = await runUpload({
        key,
        upload,
        signal: stop.signal,
        entries: this.#entries,
        ports: this.#ports,
        onElsewhere: () => this.#startNext(),
        onOpen: (opened) => this.#opened(key, { ...opened, ...fingerprintOf(upload.chosen) }),
      });
      if (!stop.signal.aborted) this.#finish(key, imageId);
    } catch (error) {
      if (!stop.signal.aborted) await this.#fail(key, upload, error, stop.signal);
    } finally {
      if (upload.stop === stop) upload.stop = null;
      this.#startNext();
    }
  }

  #find(key: string): UploadEntry | undefined {
    return this.#entries.find(key);
  }

  #opened(key: string, { imageId, ...upload }: Fingerprint & { uploadId: string; imageId: string }): void {
    this.#ports.memory.remember(upload);
    const inHand = this.#inHand.get(key);
    if (inHand && inHand.release === null) inHand.release = this.#ports.tabs.hold(upload.uploadId);
    this.#entries.patch(key, { uploadId: upload.uploadId, imageId });
  }

  async #fail(key: string, upload: InHand, error: unknown, signal: AbortSignal): Promise<void> {
    const isThere = await isReadable(upload.chosen);
    const refusal = refusalOf(error);
    const isPassing = refusal !== null && passing.has(refusal.code);
    if (isThere && (isPassing || (!refusal && !(await this.#ports.isServerInReach())))) {
      if (signal.aborted) return;
      this.#entries.patch(key, { phase: "WAITING", pace: null, problem: isPassing ? refusal.message : null });
      await this.#ports.untilWorthTrying(signal);
      if (!signal.aborted) this.#enqueue(key, upload.chosen);
      return;
    }
    if (signal.aborted) return;
    const { sentence, retry } = isThere ? problemOf(error, upload.chosen.name) : unreadableFile;
    if (retry === "RESTART") this.#forget(key);
    upload.releaseFile?.();
    upload.releaseFile = null;
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
    if (upload) letGo(upload);
  }
}

function hopelessnessOf({ size, name }: Chosen): UploadProblem | null {
  if (size === 0) return { sentence: errorSentences.EMPTY_FILE, retry: "NEVER" };
  return name.toLowerCase().endsWith(".mrxs") ? halfASlide : null;
}
