import { PyramidError } from "../errors.ts";
import type { VipsLoader } from "../formats/formats.ts";
import { systemVipsEnvironment } from "../process/env.ts";
import { headerLimits } from "../process/header-time.ts";
import { runTool } from "../process/run-tool.ts";
import { decoderError } from "./decoder-error.ts";

/** A reader that this machine's `vips` has. */
export interface SystemLoader {
  readonly name: VipsLoader;
  /**
   * Whether libvips vouches for it. Only where it does can all others be told to stay away, and a file be given to
   * operations that choose a reader themselves.
   */
  readonly isTrusted: boolean;
}

/** Before, `vips` did not know of trust. */
const [leastMajor, leastMinor] = [8, 13];

/**
 * Tells which readers this machine's `vips` has; none where there is no such command, or one that is too old.
 *
 * @throws PyramidError OUT_OF_MEMORY, INTERNAL the command can't be run.
 */
export async function systemLoaders(): Promise<(name: VipsLoader) => SystemLoader | null> {
  const [version, list] = await Promise.all([systemVipsVersion(), ask("-l", "VipsForeignLoad")]);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isKnown = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  const lines = isKnown ? list.split("\n") : [];
  return (name) => {
    const line = lines.find((each) => each.includes(`File (${name}),`));
    return line === undefined ? null : { name, isTrusted: !/\buntrusted\b/.test(line) };
  };
}

/** Such as `8.14.1`; `unknown` where `vips` does not say. @throws PyramidError as systemLoaders. */
export async function systemVipsVersion(): Promise<string> {
  return /^vips-(\d[\d.]*)/.exec(await ask("--version"))?.[1] ?? "unknown";
}

/** What `vips` answers; nothing where there is no such command. */
async function ask(...args: string[]): Promise<string> {
  const end = await runTool("vips", args, { limits: headerLimits, env: systemVipsEnvironment() }).catch(unableToRun);
  if (end && end.code !== 0) unableToRun(new Error(end.stderr || `ended by ${end.signal}`));
  return end?.stdout ?? "";
}

function unableToRun(cause: unknown): never {
  const { code } = decoderError(cause);
  if (code === "OUT_OF_MEMORY")
    throw new PyramidError(code, "There was no memory left to start the decoder.", { cause });
  throw new PyramidError("INTERNAL", "The decoder that this machine has for the image can't be run.", { cause });
}

/** Before anything is prepared for it. @throws PyramidError UNSUPPORTED_FORMAT this machine has no decoder for it. */
export async function requireLoader(name: VipsLoader, formatName: string): Promise<SystemLoader> {
  const loader = (await systemLoaders())(name);
  if (!loader) throw missingDecoder(formatName);
  return loader;
}

export const missingDecoder = (formatName: string, cause?: string): PyramidError =>
  new PyramidError(
    "UNSUPPORTED_FORMAT",
    `Reading ${formatName} takes a decoder that this machine does not have; the package libvips-tools brings it, from version ${leastMajor}.${leastMinor} on.`,
    { cause },
  );
