import { statfs } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Check } from "./check.ts";

const GiB = 2 ** 30;
const scarceBytes = 50 * GiB;

/** What a store on this machine's disk needs beyond what every store does. */
export const diskChecks = (storageUrl: string): Check[] => [
  {
    name: "There is room on the disk",
    async run() {
      const { bavail, bsize } = await statfs(fileURLToPath(storageUrl));
      const found = `${Math.round((bavail * bsize) / GiB)} GiB are free.`;
      if (bavail * bsize >= scarceBytes) return { verdict: "fine", found };
      return {
        verdict: "doubtful",
        found,
        remedy: "A slide of 20 GB needs about 50 GiB for its source, the work on it and its pyramid. Make room.",
      };
    },
  },
];
