import { flushCompileCache } from "node:module";
import { probe } from "../admission/probe.ts";
import { makeFromTiles } from "../copy-tiles/make-from-tiles.ts";
import { countReused, planReuse } from "../copy-tiles/plan-reuse.ts";
import { hasJpegTiles, requireTileCodes } from "../copy-tiles/require-tile-codes.ts";
import { PyramidError, systemError } from "../errors.ts";
import { formatBySignature } from "../formats/detect-format.ts";
import { countTiles } from "../geometry.ts";
import { defaultSettings } from "../limits.ts";
import { makePyramid } from "../making/make-pyramid.ts";
import { makePreview } from "../preview/make-preview.ts";
import { spoolTo } from "../process/env.ts";
import type { Answer, News, Outcomes, Task } from "../process/messages.ts";
import { allowOnlySupportedDecoders } from "../sharp/open-image.ts";
import { withSourceLevels } from "../source-view/with-source-levels.ts";
import { inReadableForm } from "./readable-form.ts";
import { softwareVersions } from "./software-versions.ts";

// A parent that is gone has no use for the work. libvips' threads may be busy, and only this stops them at once.
const die = (): void => void process.kill(process.pid, "SIGKILL");
process.once("disconnect", die);
// Where it is tethered to its parent, it was not from its very first moment on.
if (!process.connected || process.ppid !== Number(process.argv[2])) die();

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
  if (task.kind === "preview" && (await formatBySignature(sourcePath)).format.preview === "never")
    return { preview: null };
  // What the pyramid takes says nothing of its preview, which is only made where that takes little.
  const probeLimits = task.kind === "preview" ? { ...limits, memoryBytes: Number.POSITIVE_INFINITY } : limits;
  const probed = await probe(sourcePath, scratchPath, task.settings.tileSizePx, probeLimits);
  const { format, image, plan, byVips, make, decodeWhole, pieces } = probed;
  if (task.kind === "preview") {
    if (decodeWhole) return { preview: null };
    const preview = await makePreview(task, probed);
    return { preview: preview && (await withSourceLevels(preview, sourcePath)) };
  }
  const reuse = await planReuse(sourcePath, probed.pages, pieces);
  tell({ kind: "image", image, tilesTotal: countTiles((reuse ?? plan).levels) });
  const onProgress = (tilesDone: number) => tell({ kind: "progress", tilesDone });
  const software = await softwareVersions(probed.systemVips, decodeWhole !== null);
  if (reuse) {
    const pyramid = await makeFromTiles(task, probed, reuse, onProgress);
    return { image, pyramid, reusedTileCount: countReused(reuse), software };
  }
  const onCopied = (fraction: number) => tell({ kind: "copied", fraction });
  const share = byVips ? 0.5 : 1;
  const made = (await make?.((done) => onCopied(done * share))) ?? (await decodeWhole?.()) ?? probed.path;
  const readable = await inReadableForm({ ...probed, path: made }, scratchPath, (done) =>
    onCopied(make ? share + done * (1 - share) : done),
  );
  const { path, stored, stretch } = readable;
  const [page] = probed.pages;
  const [pyramid] = await Promise.all([
    makePyramid({ ...task, sourcePath: path, stretch }, { image: stored, plan, place: readable.place }, onProgress),
    format.pixelCheck?.require(path),
    page && pieces && hasJpegTiles(page) && requireTileCodes(sourcePath, page, pieces),
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
