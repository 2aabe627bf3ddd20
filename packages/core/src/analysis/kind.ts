import { z } from "zod";
import { line, text } from "../text.ts";
import { ParametersSchema } from "./parameters-schema.ts";

/** Name of a kind of analysis: what a worker registers and a person asks for, such as `quality`. */
export const KindName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    "a kind's name has lower-case letters, digits and hyphens, and begins with a letter",
  );

/** Version of a kind: results of different versions are not compared without saying so. */
export const KindVersion = z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/, "a kind's version has the form 1.2.3");

export const layerTypes = ["grid", "geojson", "overlay"] as const;
export type LayerType = (typeof layerTypes)[number];

/** A kind of analysis as its worker describes it. */
export const KindDescription = z.strictObject({
  name: KindName,
  version: KindVersion,
  /** For people: "Slide quality". */
  title: line(80).min(1),
  description: text(1_000).default(""),
  parametersSchema: ParametersSchema,
  layerTypes: z.array(z.enum(layerTypes)).max(layerTypes.length),
});
export type KindDescription = z.infer<typeof KindDescription>;
