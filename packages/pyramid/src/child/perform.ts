import { probe } from "../admission/probe.ts";
import type { Probed } from "../admission/probed.ts";
import { makeFromTiles } from "../copy-tiles/make-from-tiles.ts";
import { countReused, planReuse } from "../copy-tiles/plan-reuse.ts";
import { hasJpegTiles, requireTileCodes } from "../copy-tiles/require-tile-codes.ts";
import { formatBySignature } from "../formats/detect-format.ts";
import { countTiles } from "../geometry.ts";
import { defaultSettings } from "../limits.ts";
import { makePyramid } from "../making/make-pyramid.ts";
import { makePreview } from "../preview/make-preview.ts";
import type { News, Outcomes, Task } from "../process/messages.ts";
import { withSourceLevels } from "../source-view/with-source-levels.ts";
import { inReadableForm, type Readable } from "./readable-form.ts";
import { softwareVersions } from "./software-versions.ts";

type Tell = (news: News) => void;
type TaskOf<Kind extends Task["kind"]> = Extract<Task, { kind: Kind }>;

/** Does a task from its first byte to its last. @throws PyramidError; the system's error. */
export function perform(task: Task, tell: Tell): Promise<Outcomes[Task["kind"]]> {
  switch (task.kind) {
    case "inspect":
      return inspect(task);
    case "preview":
      return preview(task);
    case "write":
      return write(task, tell);
  }
}

async function inspect({ sourcePath, scratchPath, limits }: TaskOf<"inspect">): Promise<Outcomes["inspect"]> {
  const { image } = await probe(sourcePath, scratchPath, defaultSettings.tileSizePx, limits);
  return { image };
}

async function preview(task: TaskOf<"preview">): Promise<Outcomes["preview"]> {
  const { sourcePath, scratchPath, settings, limits } = task;
  if ((await formatBySignature(sourcePath)).format.preview === "never") return { preview: null };
  // What the pyramid takes says nothing of its preview, which is only made where that takes little.
  const unbounded = { ...limits, memoryBytes: Number.POSITIVE_INFINITY };
  const probed = await probe(sourcePath, scratchPath, settings.tileSizePx, unbounded);
  const made = probed.decodeWhole ? null : await makePreview(task, probed);
  return { preview: made && (await withSourceLevels(made, sourcePath)) };
}

async function write(task: TaskOf<"write">, tell: Tell): Promise<Outcomes["write"]> {
  const { sourcePath, scratchPath, settings, limits } = task;
  const probed = await probe(sourcePath, scratchPath, settings.tileSizePx, limits);
  const { image, plan, pages, pieces } = probed;
  const reuse = await planReuse(sourcePath, pages, pieces);
  tell({ kind: "image", image, tilesTotal: countTiles((reuse ?? plan).levels) });
  const onProgress = (tilesDone: number): void => tell({ kind: "progress", tilesDone });
  const software = await softwareVersions(probed.systemVips, probed.decodeWhole !== null);
  if (reuse) {
    const pyramid = await makeFromTiles(task, probed, reuse, onProgress);
    return { image, pyramid, reusedTileCount: countReused(reuse), software };
  }
  const readable = await copyIfNeeded(probed, scratchPath, (fraction) => tell({ kind: "copied", fraction }));
  const { path, place, stored, stretch } = readable;
  const [pyramid] = await Promise.all([
    makePyramid({ ...task, sourcePath: path, stretch }, { image: stored, plan, place }, onProgress),
    checkPixels(sourcePath, probed, path),
  ]);
  return { image: readable.image, pyramid, reusedTileCount: 0, software };
}

/** A file that sharp reads, after one copy, two or none. @param onCopied told how much of all copying is done. */
async function copyIfNeeded(
  probed: Probed,
  scratchPath: string,
  onCopied: (fraction: number) => void,
): Promise<Readable> {
  const { make, decodeWhole, byVips } = probed;
  // The clean copy of a TIFF that `vips` copies once more.
  const share = byVips ? 0.5 : 1;
  const path = (await make?.((done) => onCopied(done * share))) ?? (await decodeWhole?.()) ?? probed.path;
  return inReadableForm({ ...probed, path }, scratchPath, (done) => onCopied(make ? share + done * (1 - share) : done));
}

/** Looks for damage that the decoder would not notice, while it is at work. @throws PyramidError CORRUPT_IMAGE. */
async function checkPixels(sourcePath: string, { format, pages, pieces }: Probed, readPath: string): Promise<void> {
  await format.pixelCheck?.require(readPath);
  const [page] = pages;
  if (page && pieces && hasJpegTiles(page)) await requireTileCodes(sourcePath, page, pieces);
}
