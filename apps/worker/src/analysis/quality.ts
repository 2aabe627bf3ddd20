import { analyseQuality, completeParameters, qualityKind } from "@tilewright/quality";
import type { Analyser } from "./analysers.ts";

/** Whether a slide was scanned well enough to be read. */
export const quality: Analyser = {
  kind: qualityKind,
  async analyse({ assignment, ...options }) {
    const { parameters, pyramid } = assignment;
    const { summary, fields, layers } = await analyseQuality({
      ...options,
      parameters: completeParameters(parameters),
      micrometresPerPixel: pyramid.micrometresPerPixel,
    });
    const program = { name: "tilewright quality", version: qualityKind.version, sha256: null };
    return { program, summary, fields: [...fields], layers: [...layers] };
  },
};
