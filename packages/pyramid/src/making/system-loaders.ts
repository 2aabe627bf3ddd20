import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PyramidError } from "../errors.ts";
import type { ImageFormat } from "../facts.ts";
import { systemVipsEnvironment } from "../process/env.ts";

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

/** Tells of which formats this machine's `vips` has a reader; of none where there is no such command. */
export async function systemLoaders(): Promise<(format: ImageFormat) => boolean> {
  const listed = await ask("-l", "VipsForeignLoad");
  return (format) => listed.includes(`${loaders[format]} `);
}

/** Such as `8.14.1`; `unknown` where `vips` does not say. */
export async function systemVipsVersion(): Promise<string> {
  return /^vips-(\d[\d.]*)/.exec(await ask("--version"))?.[1] ?? "unknown";
}

/** What `vips` answers; nothing where there is no such command. */
async function ask(...args: string[]): Promise<string> {
  return promisify(execFile)("vips", args, { env: systemVipsEnvironment() }).then(
    ({ stdout }) => stdout,
    () => "",
  );
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
