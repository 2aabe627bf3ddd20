import type { ParameterSchema, Parameters, ParametersSchema } from "@tilewright/core/analysis";

/** What a form holds while somebody fills it in: text as it is typed, and boxes as they are ticked. */
export type ParameterDraft = Readonly<Record<string, string | boolean>>;

/** A form that nobody has touched: the kind's defaults. */
export const defaultDraft = ({ properties }: ParametersSchema): ParameterDraft =>
  Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      schema.type === "boolean" ? (schema.default ?? false) : String(schema.default ?? ""),
    ]),
  );

/** What to submit. An empty field is left out, which asks for the default, unless its text may well be empty. */
export function parametersOf({ properties }: ParametersSchema, draft: ParameterDraft): Parameters {
  const entries = Object.entries(properties).map(
    ([name, schema]) => [name, parameterOf(schema, draft[name] ?? "")] as const,
  );
  return Object.fromEntries(entries.filter((entry): entry is [string, Parameters[string]] => entry[1] !== undefined));
}

function parameterOf(schema: ParameterSchema, drafted: string | boolean): Parameters[string] | undefined {
  if (typeof drafted === "boolean") return drafted;
  const isMeantEmpty = schema.type === "string" && schema.enum === undefined && schema.default !== undefined;
  if (drafted === "" && !isMeantEmpty) return undefined;
  return schema.type === "string" ? drafted : Number(drafted);
}
