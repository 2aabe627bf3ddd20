import { endedBySignal, PyramidError } from "../errors.ts";
import { systemVipsEnvironment } from "../process/env.ts";
import { headerTookLong } from "../process/header-time.ts";
import type { ToolEnd } from "../process/run-tool.ts";
import { decoderError } from "./decoder-error.ts";
import type { SystemLoader } from "./system-vips.ts";

/** Readers that are never a module of libvips, as OpenSlide's, ImageMagick's and Poppler's are by default. */
const builtIn: readonly string[] = ["tiffload", "jp2kload"];

/**
 * Of a trusted reader, libvips sees to it that no other looks at the file; of one that is built in, no module is
 * loaded.
 */
export const environmentFor = ({ name, isTrusted }: SystemLoader): NodeJS.ProcessEnv => ({
  ...systemVipsEnvironment(),
  ...(isTrusted && { VIPS_BLOCK_UNTRUSTED: "1" }),
  ...(builtIn.includes(name) && { VIPSHOME: "/nonexistent" }),
});

/** What a command wrote. @throws PyramidError what its end means. */
export function outputOf(end: ToolEnd | null): string {
  if (!end) throw new PyramidError("INTERNAL", "The decoder that this machine has for the image is gone.");
  const { code, signal, stdout, stderr, endedFor } = end;
  if (endedFor === "time") throw headerTookLong();
  if (endedFor === "output" || signal === "SIGXCPU" || signal === "SIGXFSZ") throw endless(endedFor ?? signal);
  if (signal && !/failed to allocate|bad_alloc/.test(stderr)) throw endedBySignal(signal);
  if (signal || code !== 0) throw decoderError(new Error(stderr));
  return stdout;
}

const endless = (cause: unknown): PyramidError =>
  new PyramidError(
    "CORRUPT_IMAGE",
    "The image is damaged: it kept its decoder at work for far longer, or made it write far more, than its size explains.",
    { cause },
  );
