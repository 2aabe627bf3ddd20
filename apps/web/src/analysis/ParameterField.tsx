import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { shownName } from "@tilewright/core";
import type { ParameterSchema } from "@tilewright/core/analysis";

interface ParameterFieldProps {
  readonly name: string;
  readonly schema: ParameterSchema;
  readonly isRequired: boolean;
  readonly value: string | boolean;
  readonly onChange: (value: string | boolean) => void;
}

/** A field of a form for one parameter, as its JSON Schema describes it. */
export function ParameterField({ name, schema, isRequired, value, onChange }: ParameterFieldProps) {
  const about = {
    name,
    label: shownName(schema.title ?? name),
    description: schema.description === undefined ? undefined : shownName(schema.description),
  };
  if (schema.type === "boolean") {
    return (
      <Checkbox {...about} checked={value === true} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
    );
  }
  const needs = isRequired && schema.default === undefined;
  const text = { ...about, required: needs, value: String(value) };
  if (schema.enum) {
    const hasEmpty = schema.default === undefined;
    const choices = schema.enum.map((each) => ({ value: String(each), label: shownName(String(each)) }));
    return (
      <NativeSelect
        {...text}
        data={hasEmpty ? [{ value: "", label: "–" }, ...choices] : choices}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...text}
      {...boundsOf(schema)}
      placeholder={schema.default === undefined ? undefined : String(schema.default)}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** As far as browsers know them; the server checks all. */
function boundsOf(schema: Exclude<ParameterSchema, { type: "boolean" }>) {
  if (schema.type === "string") return { minLength: schema.minLength, maxLength: schema.maxLength };
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  return {
    type: "number",
    min: minimum ?? exclusiveMinimum,
    max: maximum ?? exclusiveMaximum,
    step: schema.type === "integer" ? 1 : "any",
  };
}
