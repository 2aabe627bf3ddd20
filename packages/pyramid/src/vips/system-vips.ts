import { PyramidError } from "../errors.ts";
import { systemVipsEnvironment } from "../process/env.ts";
import { headerLimits } from "../process/header-time.ts";
import { runTool } from "../process/run-tool.ts";
import { decoderError } from "./decoder-error.ts";

/** Readers of the system's `vips`, by the names that they are called by. */
export type VipsLoader = "tiffload" | "jp2kload" | "jxlload" | "heifload" | "openslideload";

/** A reader that this machine's `vips` has. */
export interface SystemLoader {
  readonly name: VipsLoader;
  /**
   * Whether libvips vouches for it. Only where it does can all others be told to stay away, and a file be given to
   * operations that choose a reader themselves.
   */
  readonly isTrusted: boolean;
}

/** The `vips` command of this machine, or that there is none. */
export interface SystemVips {
  /** Such as `8.14.1`; `unknown` where it does not say, or is not there. */
  readonly version: string;
  /** Null for a reader that it does not have, and for all where it is missing or too old. */
  readonly loader: (name: VipsLoader) => SystemLoader | null;
}

/** Before, `vips` did not know of trust. */
const [leastMajor, leastMinor] = [8, 13];

/**
 * Asks this machine's `vips` who it is and which readers it has.
 *
 * @throws PyramidError OUT_OF_MEMORY, INTERNAL the command can't be run.
 */
export async function findSystemVips(): Promise<SystemVips> {
  const [answer, list] = await Promise.all([ask("--version"), ask("-l", "VipsForeignLoad")]);
  const version = /^vips-(\d[\d.]*)/.exec(answer)?.[1] ?? "unknown";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isKnown = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  const lines = isKnown ? list.split("\n") : [];
  const loader: SystemVips["loader"] = (name) => {
    const line = lines.find((each) => each.includes(`File (${name}),`));
    return line === undefined ? null : { name, isTrusted: !/\buntrusted\b/.test(line) };
  };
  return { version, loader };
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

/**
 * A reader, before anything is prepared for it.
 *
 * @param what it is for, as a name for people. @throws PyramidError UNSUPPORTED_FORMAT this machine does not have it.
 */
export function requireLoader({ loader }: SystemVips, name: VipsLoader, what: string): SystemLoader {
  const found = loader(name);
  if (found) return found;
  throw new PyramidError(
    "UNSUPPORTED_FORMAT",
    `Reading ${what} takes a decoder that this machine does not have; the package libvips-tools brings it, from version ${leastMajor}.${leastMinor} on.`,
  );
}
