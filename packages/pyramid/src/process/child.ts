import { flushCompileCache } from "node:module";
import { PyramidError, systemError } from "../errors.ts";
import { countTiles } from "../geometry.ts";
import { defaultSettings } from "../limits.ts";
import { makePyramid } from "../making/make-pyramid.ts";
import { allowOnlySupportedDecoders } from "../making/open-image.ts";
import { probe } from "../making/probe.ts";
import { inReadableForm } from "../making/readable-form.ts";
import { sniffFormat } from "../making/sniff-format.ts";
import { softwareVersions } from "../making/software-versions.ts";
import { requireCodes } from "../previewing/jpeg-means/check-codes.ts";
import { makePreview } from "../previewing/make-preview.ts";
import { makeFromTiles } from "../reusing/make-from-tiles.ts";
import { countReused, planReuse } from "../reusing/plan-reuse.ts";
import { withSourceLevels } from "../source-view/with-source-levels.ts";
import { spoolTo } from "./env.ts";
import type { Answer, News, Outcomes, Task } from "./messages.ts";

// A parent that is gone has no use for the work. libvips' threads may be busy, and only this stops them at once.
const die = (): void => void process.kill(process.pid, "SIGKILL");
process.once("disconnect", die);
if (!process.connected) die();

allowOnlySupportedDecoders();

// This process never ends by itself, which is when Node would keep what it has compiled.
flushCompileCache();

process.once("message", (task: Task) => {
  perform(task)
    .then((outcome): Answer => ({ kind: "done", outcome }), refuse)
    .then(tell);
});

async function perform(task: Task): Promise<Outcomes[Task["kind"]]> {
  const { sourcePath, scratchPath, limits } = task;
  spoolTo(scratchPath);
  if (task.kind === "inspect") {
    const { image } = await probe(sourcePath, scratchPath, defaultSettings.tileSizePx, limits);
    return { image };
  }
  // The pyramid's own process unpacks it, and needs as long for the rest as a preview would take.
  if (task.kind === "preview" && (await sniffFormat(sourcePath)) === "mrxs") return { preview: null };
  // What the pyramid takes says nothing of its preview, which is only made where that takes little.
  const probeLimits = task.kind === "preview" ? { ...limits, memoryBytes: Number.POSITIVE_INFINITY } : limits;
  const probed = await probe(sourcePath, scratchPath, task.settings.tileSizePx, probeLimits);
  const { image, plan, foreign, decodeWhole } = probed;
  if (task.kind === "preview") {
    if (decodeWhole) return { preview: null };
    const preview = await makePreview(task, probed);
    return { preview: preview && (await withSourceLevels(preview, sourcePath)) };
  }
  const reuse = await planReuse(sourcePath, probed.pages);
  tell({ kind: "image", image, tilesTotal: countTiles((reuse ?? plan).levels) });
  const onProgress = (tilesDone: number) => tell({ kind: "progress", tilesDone });
  const software = await softwareVersions({ isForeign: foreign !== null, isByOpenJpeg: decodeWhole !== null });
  if (reuse) {
    const pyramid = await makeFromTiles(task, image, reuse, onProgress);
    return { image, pyramid, reusedTileCount: countReused(reuse), software };
  }
  const onCopied = (fraction: number) => tell({ kind: "copied", fraction });
  const source = { ...probed, path: (await decodeWhole?.()) ?? probed.path };
  const { path, stored, stretch, ...readable } = await inReadableForm(source, scratchPath, onCopied);
  const making = { ...task, sourcePath: path, stretch };
  const [pyramid] = await Promise.all([
    makePyramid(making, { image: stored, plan }, onProgress),
    image.format === "jpeg" && requireCodes(path),
  ]);
  return { image: readable.image, pyramid, reusedTileCount: 0, software };
}

function tell(message: News | Answer): void {
  if (process.connected) process.send?.(message);
}

function refuse(error: unknown): Answer {
  const { code, message, cause, neededBytes } = error instanceof PyramidError ? error : systemError(error);
  const detail = cause instanceof Error ? cause.message : String(cause ?? "");
  return { kind: "refused", code, message, detail, neededBytes };
}
