import { basename, dirname } from "node:path";
import { headerLimits } from "../process/header-time.ts";
import { runTool } from "../process/run-tool.ts";
import { decoderError } from "./decoder-error.ts";
import { environmentFor, outputOf } from "./run.ts";
import type { VipsSource } from "./source.ts";

/** What the `vips` command of this machine's system says about an image, by its own names such as `width`. */
export type VipsHeader = ReadonlyMap<string, string>;

/** @throws PyramidError UNSUPPORTED_FORMAT, CORRUPT_IMAGE, OUT_OF_MEMORY, TIMED_OUT, INTERNAL. */
export async function vipsHeader({ path, loader }: Omit<VipsSource, "limits">): Promise<VipsHeader> {
  const options = { cwd: dirname(path), env: environmentFor(loader), limits: headerLimits };
  const stdout = outputOf(await runTool("vipsheader", ["-a", basename(path)], options));
  const header = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    const name = line.slice(0, Math.max(0, line.indexOf(": ")));
    // What libvips knows itself stands before the file's own texts, which may have lines that look alike.
    if (!header.has(name)) header.set(name, line.slice(name.length + 2));
    else if (name === "openslide.vendor") throw decoderError(new Error("it says twice whose slide it is"));
  }
  const taken = header.get("vips-loader");
  if (taken === loader.name) return header;
  throw decoderError(new Error(`${taken} took what ${loader.name} was to read`));
}
