import { flushCompileCache } from "node:module";
import { PyramidError, systemError } from "../errors.ts";
import { spoolTo } from "../process/env.ts";
import type { Answer, News, Task } from "../process/messages.ts";
import { allowOnlySupportedDecoders } from "../sharp/open-image.ts";
import { perform } from "./perform.ts";

// A parent that is gone has no use for the work. libvips' threads may be busy, and only this stops them at once.
const die = (): void => void process.kill(process.pid, "SIGKILL");
process.once("disconnect", die);
// Where it is tethered to its parent, it was not from its very first moment on.
if (!process.connected || process.ppid !== Number(process.argv[2])) die();

allowOnlySupportedDecoders();

// This process never ends by itself, which is when Node would keep what it has compiled.
flushCompileCache();

process.once("message", (task: Task) => {
  spoolTo(task.scratchPath);
  perform(task, tell)
    .then((outcome): Answer => ({ kind: "done", outcome }), refuse)
    .then(tell);
});

function tell(message: News | Answer): void {
  if (process.connected) process.send?.(message);
}

function refuse(error: unknown): Answer {
  const { code, message, cause, neededBytes } = error instanceof PyramidError ? error : systemError(error);
  const detail = cause instanceof Error ? cause.message : String(cause ?? "");
  return { kind: "refused", code, message, detail, neededBytes };
}
