import { mkdir, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { endedBySignal, PyramidError, systemError } from "../errors.ts";
import { systemVipsEnvironment } from "../process/env.ts";
import { headerLimits } from "../process/header-time.ts";
import { runTool, type ToolLimits } from "../process/run-tool.ts";
import { decoderError } from "../vips/decoder-error.ts";

const program = "opj_decompress";

/** Whether this machine has OpenJPEG's own program. */
export const hasOpenJpeg = async (): Promise<boolean> => (await openJpegVersion()) !== null;

/** Such as `2.5.0`, `unknown` where it doesn't say; null where there is no such program. */
export async function openJpegVersion(): Promise<string | null> {
  // It answers a call for help as it does a mistake.
  const end = await runTool(program, ["-h"], { limits: headerLimits, env: systemVipsEnvironment() });
  return end && (/library v(\d[\d.]{0,20})/.exec(end.stdout)?.[1]?.replace(/\.$/, "") ?? "unknown");
}

/** @throws PyramidError UNSUPPORTED_FORMAT this machine does not have it. */
export async function requireOpenJpeg(): Promise<void> {
  if (await hasOpenJpeg()) return;
  throw new PyramidError(
    "UNSUPPORTED_FORMAT",
    "Reading a JPEG 2000 of this kind takes a decoder that this machine does not have; the package libopenjp2-tools brings it.",
  );
}

/**
 * Decodes a JPEG 2000 whole, into a file beside it: palette and profile applied, differences of colour turned into RGB.
 *
 * @param bits 8 or 16, of every sample of the result. @param name of the result, whose ending says how it is written.
 * @returns where it is. @throws PyramidError CORRUPT_IMAGE, OUT_OF_MEMORY, SCRATCH_FULL, INTERNAL.
 */
export async function decodeByOpenJpeg(
  sourcePath: string,
  scratchPath: string,
  bits: 8 | 16,
  name: string,
  limits: ToolLimits,
): Promise<string> {
  // It goes by the ending as well as by the content. The folder holds nothing else that it could open.
  const [folder, source] = [join(scratchPath, "openjpeg"), "source.jp2"];
  await rm(folder, { recursive: true, force: true })
    .then(() => mkdir(folder))
    .then(() => symlink(resolve(sourcePath), join(folder, source)))
    .catch((error: unknown) => Promise.reject(systemError(error)));
  const args = ["-i", source, "-o", name, "-p", `${bits}S`];
  const end = await runTool(program, args, { cwd: folder, env: systemVipsEnvironment(), limits });
  if (!end) throw new PyramidError("INTERNAL", "The decoder that this machine has for the image is gone.");
  if (end.signal) throw endedBySignal(end.signal);
  // It tells of its mistakes where it tells of its progress.
  if (end.code !== 0) throw decoderError(new Error(end.stderr + end.stdout.slice(-longestOutput)));
  return join(folder, name);
}

const longestOutput = 4_096;
