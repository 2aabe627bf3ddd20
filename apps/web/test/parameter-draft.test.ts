import { fillParameters, ParametersSchema } from "@tilewright/core/analysis";
import { expect, test } from "vitest";
import { defaultDraft, parametersOf } from "../src/analysis/parameter-draft.ts";

const schema = ParametersSchema.parse({
  type: "object",
  properties: {
    subject: { type: "string", enum: ["auto", "slide"], default: "auto" },
    cellSizePx: { type: "integer", enum: [64, 128], default: 128 },
    threshold: { type: "number", minimum: 0, maximum: 1, default: 0.5 },
    marksPen: { type: "boolean", default: true },
    isQuick: { type: "boolean" },
    note: { type: "string" },
    tag: { type: "string", default: "none" },
    seed: { type: "integer" },
  },
  required: ["subject"],
});

test("a form that nobody has touched submits the defaults", () => {
  const submitted = parametersOf(schema, defaultDraft(schema));
  expect(submitted).toEqual({
    subject: "auto",
    cellSizePx: 128,
    threshold: 0.5,
    marksPen: true,
    isQuick: false,
    tag: "none",
  });
  expect(fillParameters(schema, submitted)).toEqual(submitted);
});

test("what is typed has the parameter's type, and what is emptied is left out", () => {
  const draft = {
    ...defaultDraft(schema),
    cellSizePx: "64",
    threshold: "",
    seed: "7",
    note: "",
    tag: "",
    marksPen: false,
  };
  expect(parametersOf(schema, draft)).toEqual({
    subject: "auto",
    cellSizePx: 64,
    marksPen: false,
    isQuick: false,
    tag: "",
    seed: 7,
  });
});
