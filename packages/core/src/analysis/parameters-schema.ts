import { z } from "zod";
import { line, text } from "../text.ts";
import { analysisLimits } from "./limits.ts";

/** A parameter's name, as programs in any language write it. */
export const ParameterName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, "a parameter's name has letters, digits and underscores");

const longestString = 1_000;
const about = { title: line(80).optional(), description: text(500).optional() };
const length = z.int().min(0).max(longestString).optional();

const StringParameter = z.strictObject({
  type: z.literal("string"),
  ...about,
  default: text(longestString).optional(),
  enum: z.array(text(longestString)).min(1).max(100).optional(),
  minLength: length,
  maxLength: length,
});

const numeric = {
  ...about,
  default: z.number().optional(),
  enum: z.array(z.number()).min(1).max(100).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
};
const NumberParameter = z.strictObject({ type: z.literal("number"), ...numeric });
const IntegerParameter = z.strictObject({ type: z.literal("integer"), ...numeric });
const BooleanParameter = z.strictObject({ type: z.literal("boolean"), ...about, default: z.boolean().optional() });

export const ParameterSchema = z.discriminatedUnion("type", [
  StringParameter,
  NumberParameter,
  IntegerParameter,
  BooleanParameter,
]);
export type ParameterSchema = z.infer<typeof ParameterSchema>;

function isFew(byName: object): boolean {
  return Object.keys(byName).length <= analysisLimits.parameters;
}
const tooMany = `at most ${analysisLimits.parameters} parameters`;

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * JSON Schema (draft 2020-12) of what a person may choose: one level of strings, numbers, integers and booleans.
 * Nothing in it refers, repeats or matches patterns, so checking by a stranger's schema takes no longer than reading
 * the values.
 *
 * @see docs/adr/0102-parameters-by-a-part-of-json-schema.md
 */
export const ParametersSchema = z
  .strictObject({
    $schema: z.literal("https://json-schema.org/draft/2020-12/schema").optional(),
    type: z.literal("object"),
    ...about,
    properties: z.record(ParameterName, ParameterSchema).refine(isFew, tooMany).default({}),
    required: z.array(ParameterName).max(analysisLimits.parameters).optional(),
    additionalProperties: z.literal(false).default(false),
  })
  .refine(
    ({ properties, required = [] }) => required.every((name) => Object.hasOwn(properties, name)),
    "each required parameter is one of the properties",
  )
  .refine((schema) => bytesOf(schema) <= analysisLimits.schemaBytes, `at most ${analysisLimits.schemaBytes} bytes`);
export type ParametersSchema = z.infer<typeof ParametersSchema>;

/** The values themselves. */
export const Parameters = z
  .record(ParameterName, z.union([text(longestString), z.number(), z.boolean()]))
  .refine(isFew, tooMany)
  .refine(
    (values) => bytesOf(values) <= analysisLimits.parametersBytes,
    `at most ${analysisLimits.parametersBytes} bytes`,
  );
export type Parameters = z.infer<typeof Parameters>;
