import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemError } from "./errors.ts";
import type { ImageFacts } from "./facts.ts";
import { completeLimits, type PyramidLimits } from "./limits.ts";
import { runChild } from "./process/run-child.ts";

export interface InspectOptions {
  readonly limits?: Partial<PyramidLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads an image's header, in a process of its own, and refuses what `writePyramid` would refuse before it starts. A
 * slide that came as a ZIP is unpacked for it, into the system's temporary directory, and what was unpacked is removed.
 *
 * @throws PyramidError any code but INVALID_PYRAMID. @throws the signal's reason, if it was aborted.
 */
export async function inspectImage(sourcePath: string, options: InspectOptions = {}): Promise<ImageFacts> {
  const limits = completeLimits(options.limits);
  const prefix = join(tmpdir(), "tilewright-inspect-");
  const scratchPath = await mkdtemp(prefix).catch((error: unknown) => Promise.reject(systemError(error)));
  try {
    const task = { kind: "inspect", sourcePath, scratchPath, limits } as const;
    return (await runChild(task, { signal: options.signal })).image;
  } finally {
    await rm(scratchPath, { recursive: true, force: true, maxRetries: 5 });
  }
}
