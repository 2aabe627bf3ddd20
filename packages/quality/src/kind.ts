import { type KindDescription, ParametersSchema } from "@tilewright/core/analysis";
import { z } from "zod";

const cellSizes = [64, 128, 256, 512] as const;

/** What a person may choose. Whatever is left out has its default. */
export const QualityParameters = z.strictObject({
  subject: z.enum(["auto", "slide", "picture"]).default("auto").meta({
    title: "What it shows",
    description:
      "A slide has tissue on glass, and only tissue is judged. Of a picture, such as a photograph or a map, all is.",
  }),
  cellSizePx: z.literal(cellSizes).default(128).meta({
    title: "Cell size",
    description: "Side of the squares that sharpness is measured in, in pixels of the full image.",
  }),
  sharpnessThreshold: z.number().min(0.3).max(0.9).default(0.55).meta({
    title: "Least sharpness",
    description:
      "Cells below count as blurred. A picture that is sharp to the pixel has 0.7 to 0.9, one under a Gaussian blur of 1.5 px some 0.55.",
  }),
});
export type QualityParameters = z.infer<typeof QualityParameters>;

/** Fills in the defaults. @throws z.ZodError a parameter is unknown or out of range. */
export const completeParameters = (parameters: unknown = {}): QualityParameters => QualityParameters.parse(parameters);

export const qualityKind: KindDescription = {
  name: "quality",
  version: "1.0.0",
  title: "Slide quality",
  description:
    "Tissue and its area, blurred fields and stripes, exposure, colour balance, stain, pen marks and empty slides.",
  parametersSchema: ParametersSchema.parse(z.toJSONSchema(QualityParameters, { io: "input" })),
  layerTypes: ["grid", "geojson", "overlay"],
};
