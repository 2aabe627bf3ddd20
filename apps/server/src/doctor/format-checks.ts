import { readableFormats } from "@tilewright/pyramid";
import type { Check } from "./check.ts";

/**
 * What a worker on this machine can tile; those elsewhere may be equipped otherwise. Nothing is broken without `vips`.
 */
export const formatChecks: Check[] = [
  {
    name: "A worker on this machine reads images",
    async run() {
      const { readable, missing } = await readableFormats();
      const more =
        missing.length > 0
          ? `\n  With Debian's libvips-tools (8.13 or later) and libopenjp2-tools also ${missing.join(", ")}.`
          : "";
      return { verdict: "fine", found: `It reads ${readable.join(", ")}.${more}` };
    },
  },
];
