import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { endedBySignal, PyramidError, systemError } from "../errors.ts";
import { decoderError } from "../making/decoder-error.ts";
import { systemVipsEnvironment } from "../process/env.ts";

const program = "opj_decompress";
const setpriv = "/usr/bin/setpriv";
const longestOutput = 4_096;

/** Whether this machine has OpenJPEG's own program. */
export const hasOpenJpeg = async (): Promise<boolean> => (await openJpegVersion()) !== null;

/** Such as `2.5.0`, `unknown` where it doesn't say; null where there is no such program. */
export async function openJpegVersion(): Promise<string | null> {
  // It answers a call for help as it does a mistake.
  const said = await promisify(execFile)(program, ["-h"], { env: systemVipsEnvironment() }).catch((error: unknown) =>
    error instanceof Error && "stdout" in error && !("code" in error && error.code === "ENOENT")
      ? { stdout: String(error.stdout) }
      : null,
  );
  return said && (/library v(\d[\d.]*\d)/.exec(said.stdout)?.[1] ?? "unknown");
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
): Promise<string> {
  // It goes by the ending as well as by the content.
  const source = "source.jp2";
  await rm(join(scratchPath, source), { force: true })
    .then(() => symlink(resolve(sourcePath), join(scratchPath, source)))
    .catch((error: unknown) => Promise.reject(systemError(error)));
  const command = [program, "-i", source, "-o", name, "-p", `${bits}S`];
  const [first = "", ...args] = existsSync(setpriv) ? [setpriv, "--pdeathsig=KILL", ...command] : command;
  const child = spawn(first, args, {
    cwd: scratchPath,
    stdio: ["ignore", "pipe", "pipe"],
    env: systemVipsEnvironment(),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-longestOutput);
    });
  }
  const [code, signal] = await once(child, "close");
  if (signal) throw endedBySignal(signal);
  if (code !== 0) throw decoderError(new Error(said));
  return join(scratchPath, name);
}
