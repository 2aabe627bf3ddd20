import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  claimTiling,
  completeTiling,
  manifestKey,
  type PyramidManifest,
  pyramidKey,
  type TilingAssignment,
} from "@tilewright/core/tiling";
import { createRepositories } from "@tilewright/db";
import { defaultSettings, type Written, writePyramid } from "@tilewright/pyramid";
import { DiskObjectStore } from "@tilewright/storage";
import sharp from "sharp";
import { createTestPorts, type TestPorts } from "./test-ports.ts";
import type { TestServer } from "./test-server.ts";

export interface RealPyramid extends Pick<Written, "pyramid" | "software"> {
  readonly bytes: Buffer;
}

/** A small pyramid as a worker makes it. */
export async function makePyramid(): Promise<RealPyramid> {
  const directory = await mkdtemp(join(tmpdir(), "tilewright-published-"));
  try {
    const [source, target] = [join(directory, "source.png"), join(directory, "pyramid.tif")];
    const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
    await sharp({ create: { width: 700, height: 400, channels: 3, background: "black", noise } })
      .png()
      .toFile(source);
    const { pyramid, software } = await writePyramid(source, target);
    return { pyramid, software, bytes: await readFile(target) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a manifest says of a source that is no microscope's. */
export const plainSource: PyramidManifest["source"] = {
  sizeBytes: 1,
  format: "png",
  micrometresPerPixel: null,
  objectivePower: null,
  separateChannels: [],
  window: null,
};

/**
 * Claims the job that waits and completes it with a pyramid, as a worker does. `bytes` in place of its own are
 * believed.
 */
export async function publish(
  { ports }: Pick<TestPorts, "ports">,
  { pyramid, software, ...made }: RealPyramid,
  bytes = made.bytes,
) {
  const { assignment } = await claimTiling(ports, { workerId: "worker", waitMs: 0 }, new AbortController().signal);
  if (!assignment) throw new Error("Nothing to claim.");
  const { jobId, imageId, attempt, outputPrefix } = assignment;
  const { sha256: _, ...facts } = pyramid;
  const manifest = manifestOf(assignment, { pyramid, software }, bytes);
  const text = Buffer.from(JSON.stringify(manifest, null, 2));
  const metadataPath = manifestKey(outputPrefix);
  await ports.objects.put(pyramidKey(outputPrefix), bytes);
  await ports.objects.put(metadataPath, text);
  const digests = { sourceSha256: sha256Of("x"), manifestSha256: sha256Of(text) };
  await completeTiling(ports, { jobId, attempt, metadataPath, ...digests, settings: defaultSettings, pyramid: facts });
  return { jobId, imageId, manifest, manifestKey: metadataPath, pyramidKey: pyramidKey(outputPrefix) };
}

/** What a worker says of the pyramid that it has made. */
export function manifestOf(
  { jobId, imageId, attempt }: Pick<TilingAssignment, "jobId" | "imageId" | "attempt">,
  { pyramid, software }: Pick<RealPyramid, "pyramid" | "software">,
  bytes: Uint8Array,
): PyramidManifest {
  const { sha256: _, ...facts } = pyramid;
  return {
    format: "tilewright-pyramid/1",
    jobId,
    imageId,
    attempt,
    source: { ...plainSource, sha256: sha256Of("x") },
    pyramid: { file: pyramidKey(""), sha256: sha256Of(bytes), reusedTileCount: 0, ...facts },
    settings: defaultSettings,
    timingsMs: {},
    software,
    createdAt: new Date().toISOString(),
  };
}

/** The same on a running server. */
export async function publishOn(server: TestServer) {
  const own = await createTestPorts();
  const directory = join(server.dataDirectory, "storage");
  const objects = await DiskObjectStore.open({ directory, signingSecret: "not used to sign anything" });
  try {
    return await publish(
      { ports: { ...own.ports, ...createRepositories(server.database), objects } },
      await makePyramid(),
    );
  } finally {
    await own.drop();
  }
}

export const sha256Of = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
