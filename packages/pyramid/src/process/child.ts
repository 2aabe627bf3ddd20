import { PyramidError, systemError } from "../errors.ts";
import { countTiles } from "../geometry.ts";
import { defaultSettings } from "../limits.ts";
import { makePyramid } from "../making/make-pyramid.ts";
import { allowOnlySupportedDecoders } from "../making/open-image.ts";
import { probe } from "../making/probe.ts";
import type { Answer, News, Task } from "./messages.ts";

// A parent that is gone has no use for the work. libvips' threads may be busy, and only this stops them at once.
const die = (): void => void process.kill(process.pid, "SIGKILL");
process.once("disconnect", die);
if (!process.connected) die();

allowOnlySupportedDecoders();

process.once("message", (task: Task) => {
  perform(task)
    .catch(refuse)
    .then((answer) => tell(answer));
});

async function perform(task: Task): Promise<Answer> {
  if (task.kind === "inspect") {
    const { image } = await probe(task.sourcePath, defaultSettings.tileSizePx, task.limits);
    return { kind: "inspected", image };
  }
  const probed = await probe(task.sourcePath, task.settings.tileSizePx, task.limits);
  const { image, plan } = probed;
  tell({ kind: "image", image, tilesTotal: countTiles(plan.levels) });
  const pyramid = await makePyramid(task, probed, (tilesDone) => tell({ kind: "progress", tilesDone }));
  return { kind: "written", image, pyramid };
}

function tell(message: News | Answer): void {
  if (process.connected) process.send?.(message);
}

function refuse(error: unknown): Answer {
  const { code, message, cause } = error instanceof PyramidError ? error : systemError(error);
  return { kind: "refused", code, message, detail: cause instanceof Error ? cause.message : String(cause ?? "") };
}
