import { flushCompileCache } from "node:module";
import { PyramidError } from "@tilewright/pyramid";
import sharp from "sharp";
import { writeLayers } from "../layers/layers.ts";
import { measure } from "../measure.ts";
import type { QualityAnswer } from "../quality-answer.ts";
import { worstFields } from "../summary/fields.ts";
import { summaryOf } from "../summary/summary.ts";
import type { Message, Task } from "./messages.ts";

// A parent that is gone has no use for the work.
const die = (): void => void process.kill(process.pid, "SIGKILL");
process.once("disconnect", die);
// Where it is tethered to its parent, it was not from its very first moment on.
if (!process.connected || process.ppid !== Number(process.argv[2])) die();

// Every tile is read once.
sharp.cache(false);

// This process never ends by itself, which is when Node would keep what it has compiled.
flushCompileCache();

process.once("message", (task: Task) => {
  perform(task)
    .then((answer): Message => ({ kind: "done", answer }), failure)
    .then(tell);
});

async function perform(task: Task): Promise<QualityAnswer> {
  const measured = await measure(task, (fraction) => tell({ kind: "progress", fraction }));
  const layers = await writeLayers(measured, task.outputDirectory);
  tell({ kind: "progress", fraction: 1 });
  return { summary: summaryOf(measured), fields: worstFields(measured), layers };
}

function tell(message: Message): void {
  if (process.connected) process.send?.(message);
}

function failure(error: unknown): Message {
  if (error instanceof PyramidError) {
    const { code, message, cause } = error;
    return { kind: "failed", code, message, detail: cause instanceof Error ? cause.message : String(cause ?? "") };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const isFull = error instanceof Error && "code" in error && ["ENOSPC", "EDQUOT"].includes(String(error.code));
  return isFull
    ? { kind: "failed", code: "SCRATCH_FULL", message: "The disk filled up while layers were being written.", detail }
    : { kind: "failed", code: "INTERNAL", message: "The pyramid could not be analysed.", detail };
}
