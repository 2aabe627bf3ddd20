import { TilewrightError } from "../errors.ts";
import { hexOf } from "../sha256.ts";
import type { ParameterSchema, Parameters, ParametersSchema } from "./parameters-schema.ts";

type Value = Parameters[string];

interface Problem {
  readonly name: string;
  /** Goes on a sentence that the name begins. */
  readonly what: string;
}

/**
 * The parameters of a job: what was given, and the kind's defaults for the rest, in the schema's order.
 *
 * @throws TilewrightError PARAMETERS_INVALID with the names of those that do not fit.
 */
export function fillParameters(schema: ParametersSchema, given: Parameters): Parameters {
  const filled = withDefaults(schema, given);
  const problems = [...problemsOf(schema, given, filled)];
  if (problems.length === 0) return filled;
  const sentences = problems.slice(0, 5).map(({ name, what }) => `“${name}” ${what}.`);
  throw new TilewrightError("PARAMETERS_INVALID", sentences.join(" "), { paths: problems.map(({ name }) => name) });
}

function withDefaults({ properties }: ParametersSchema, given: Parameters): Parameters {
  const entries = Object.entries(properties).map(([name, schema]) => [
    name,
    Object.hasOwn(given, name) ? given[name] : schema.default,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function* problemsOf(
  { properties, required = [] }: ParametersSchema,
  given: Parameters,
  filled: Parameters,
): Generator<Problem> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(properties, name)) yield { name, what: "is no parameter of this kind" };
  }
  for (const name of required) if (!Object.hasOwn(filled, name)) yield { name, what: "is missing" };
  for (const [name, value] of Object.entries(filled)) {
    const schema = properties[name];
    const what = schema && problemOf(schema, value);
    if (what) yield { name, what };
  }
}

function problemOf(schema: ParameterSchema, value: Value): string | null {
  switch (schema.type) {
    case "boolean":
      return typeof value === "boolean" ? null : "has to be true or false";
    case "string":
      if (typeof value !== "string") return "has to be text";
      return outsideOf(schema.enum, value) ?? lengthProblem(schema, [...value].length);
    case "integer":
    case "number":
      if (typeof value !== "number") return "has to be a number";
      if (schema.type === "integer" && !Number.isInteger(value)) return "has to be a whole number";
      return outsideOf(schema.enum, value) ?? rangeProblem(schema, value);
  }
}

const outsideOf = <V extends Value>(choices: readonly V[] | undefined, value: V): string | null =>
  choices && !choices.includes(value) ? `has to be one of: ${choices.slice(0, 10).join(", ")}` : null;

/** JSON Schema counts characters of Unicode. */
function lengthProblem(
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Extract<ParameterSchema, { type: "string" }>,
  characters: number,
): string | null {
  if (characters < minLength) return `has to have at least ${minLength} characters`;
  return characters > maxLength ? `may have at most ${maxLength} characters` : null;
}

function rangeProblem(schema: Extract<ParameterSchema, { type: "number" | "integer" }>, value: number): string | null {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && value < minimum) return `has to be at least ${minimum}`;
  if (maximum !== undefined && value > maximum) return `may be at most ${maximum}`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `has to be above ${exclusiveMinimum}`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `has to be below ${exclusiveMaximum}`;
  return null;
}

/** Same parameters, same digest, in whatever order they were given: what makes two analyses the same question. */
export async function parametersSha256(parameters: Parameters): Promise<string> {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(sorted)));
  return hexOf(digest);
}
