import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PyramidError } from "../errors.ts";
import type { ImageFormat } from "../facts.ts";
import { systemVipsEnvironment } from "../process/env.ts";
import { decoderError } from "./decoder-error.ts";

/** What the system's libvips calls its readers of what sharp's own does not read. */
const loaders: Partial<Record<ImageFormat, string>> = {
  tiff: "VipsForeignLoadTiffFile",
  jp2: "VipsForeignLoadJp2kFile",
  jxl: "VipsForeignLoadJxlFile",
  heic: "VipsForeignLoadHeifFile",
  ndpi: "VipsForeignLoadOpenslideFile",
  scn: "VipsForeignLoadOpenslideFile",
  mrxs: "VipsForeignLoadOpenslideFile",
};

/**
 * Tells of which formats this machine's `vips` has a reader; of none where there is no such command.
 *
 * @throws PyramidError OUT_OF_MEMORY, INTERNAL the command can't be run.
 */
export async function systemLoaders(): Promise<(format: ImageFormat) => boolean> {
  const listed = await ask("-l", "VipsForeignLoad");
  return (format) => listed.includes(`${loaders[format]} `);
}

/** Such as `8.14.1`; `unknown` where `vips` does not say. @throws PyramidError as systemLoaders. */
export async function systemVipsVersion(): Promise<string> {
  return /^vips-(\d[\d.]*)/.exec(await ask("--version"))?.[1] ?? "unknown";
}

/** What `vips` answers; nothing where there is no such command. */
async function ask(...args: string[]): Promise<string> {
  try {
    return (await promisify(execFile)("vips", args, { env: systemVipsEnvironment() })).stdout;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    const { code } = decoderError(error);
    if (code === "OUT_OF_MEMORY")
      throw new PyramidError(code, "There was no memory left to start the decoder.", { cause: error });
    throw new PyramidError("INTERNAL", "The decoder that this machine has for the image can't be run.", {
      cause: error,
    });
  }
}

/** Before anything is prepared for it. @throws PyramidError UNSUPPORTED_FORMAT this machine has no decoder for it. */
export async function requireLoader(format: ImageFormat, formatName: string): Promise<void> {
  const has = await systemLoaders();
  if (!has(format)) throw missingDecoder(formatName);
}

export const missingDecoder = (formatName: string, cause?: string): PyramidError =>
  new PyramidError(
    "UNSUPPORTED_FORMAT",
    `Reading ${formatName} takes a decoder that this machine does not have; the package libvips-tools brings it.`,
    { cause },
  );
