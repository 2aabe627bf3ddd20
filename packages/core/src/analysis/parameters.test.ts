import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { TilewrightError } from "../errors.ts";
import { fillParameters, Parameters, ParametersSchema, parametersSha256 } from "./index.ts";

const schemaOf = (properties: object, more: object = {}) =>
  ParametersSchema.parse({ type: "object", properties, ...more });

const schema = schemaOf(
  {
    cellPx: { type: "integer", title: "Cell", default: 512, minimum: 16, maximum: 4096 },
    threshold: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
    stain: { type: "string", enum: ["H&E", "none"], default: "H&E" },
    label: { type: "string", minLength: 1, maxLength: 3 },
    isStrict: { type: "boolean", default: false },
  },
  { required: ["threshold"] },
);

const pathsOf = (given: Parameters): unknown => {
  try {
    return fillParameters(schema, given);
  } catch (error) {
    if (error instanceof TilewrightError && error.code === "PARAMETERS_INVALID") return error.details["paths"];
    throw error;
  }
};

test("what is not given is filled in", () => {
  expect(fillParameters(schema, { isStrict: true, threshold: 0.5 })).toEqual({
    ...{ cellPx: 512, threshold: 0.5, stain: "H&E", isStrict: true },
  });
});

test("every parameter that does not fit is named", () => {
  expect(pathsOf({})).toEqual(["threshold"]);
  expect(pathsOf({ threshold: 1 })).toEqual(["threshold"]);
  expect(pathsOf({ threshold: 0.5, cellPx: 15, stain: "PAS", label: "", isStrict: "yes" })).toEqual([
    ...["cellPx", "stain", "label", "isStrict"],
  ]);
  expect(pathsOf({ threshold: 0.5, cellPx: 16.5, size: 1, constructor: 1 })).toEqual(["size", "constructor", "cellPx"]);
  expect(pathsOf({ threshold: 0.5, label: "🔬🔬🔬" })).toMatchObject({ label: "🔬🔬🔬" });
});

test("names that objects have anyway are parameters like others", () => {
  const odd = schemaOf({ constructor: { type: "string" }, toString: { type: "number" } }, { required: ["toString"] });
  expect(() => fillParameters(odd, {})).toThrow("“toString” is missing.");
  expect(fillParameters(odd, { toString: 1 })).toEqual({ toString: 1 });
  // The schema's parser leaves it out.
  expect(Object.keys(Parameters.parse(JSON.parse('{"__proto__": {"a": 1}, "b": 2}')))).toEqual(["b"]);
});

test.each([
  ["a pattern", { type: "object", properties: { a: { type: "string", pattern: "(a+)+$" } } }],
  ["a reference", { type: "object", properties: { a: { $ref: "https://example.org/schema" } } }],
  ["a reference to itself", { type: "object", properties: { a: { $ref: "#" } } }],
  ["objects in objects", { type: "object", properties: { a: { type: "object" } } }],
  ["alternatives", { type: "object", anyOf: [{}] }],
  ["no object", { type: "string" }],
  ["other parameters too", { type: "object", additionalProperties: true }],
  ["too many parameters", { type: "object", properties: many(41) }],
  ["too many bytes", { type: "object", properties: many(40, { description: "é".repeat(500) }) }],
])("a schema with %s is refused", (_, hostile) => {
  expect(ParametersSchema.safeParse(hostile).success).toBe(false);
});

function many(count: number, more: object = {}) {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, { type: "number", ...more }]));
}

test("the order in which parameters are given does not matter, and all else does", async () => {
  const digest = await parametersSha256({ a: 1, b: "x" });
  expect(await parametersSha256({ b: "x", a: 1 })).toBe(digest);
  expect(await parametersSha256({ a: 1, b: "y" })).not.toBe(digest);
  expect(await parametersSha256({ a: "1", b: "x" })).not.toBe(digest);
});

const bound = fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined });
const numeric = fc.record(
  {
    type: fc.constantFrom("number", "integer"),
    enum: fc.uniqueArray(fc.integer({ min: -3, max: 3 }), { minLength: 1 }),
    ...{ minimum: bound, maximum: bound, exclusiveMinimum: bound, exclusiveMaximum: bound },
  },
  { requiredKeys: ["type"] },
);
const length = fc.integer({ min: 0, max: 4 });
const textual = fc.record(
  {
    type: fc.constant("string"),
    enum: fc.uniqueArray(fc.string(), { minLength: 1 }),
    minLength: length,
    maxLength: length,
  },
  { requiredKeys: ["type"] },
);
const name = fc.constantFrom("a", "b", "toString");
const anySchema = fc.record({
  type: fc.constant("object"),
  properties: fc.dictionary(name, fc.oneof(numeric, textual, fc.constant({ type: "boolean" }))),
  required: fc.uniqueArray(name),
  additionalProperties: fc.constant(false),
});
const scalar = fc.oneof(
  fc.integer({ min: -4, max: 4 }),
  fc.constantFrom(0.5, -1.5),
  fc.string({ maxLength: 5, unit: "grapheme" }),
  fc.boolean(),
);

test("JSON Schema's own validator comes to the same end", () => {
  const ajv = new Ajv2020({ strict: false, ownProperties: true });
  const any = fc.tuple(anySchema, fc.dictionary(name, scalar));
  fc.assert(
    fc.property(any, ([drawn, given]) => {
      const parsed = ParametersSchema.safeParse(drawn);
      fc.pre(parsed.success);
      if (!parsed.success) return;
      let fits = true;
      try {
        fillParameters(parsed.data, given);
      } catch {
        fits = false;
      }
      expect(fits).toBe(ajv.validate(JSON.parse(JSON.stringify(parsed.data)), given));
    }),
    { numRuns: 200 },
  );
});
