import type { z } from "zod";

export interface Leaf {
  /** Such as `uploads.create.metadata[]`. */
  readonly place: string;
  readonly kind: "text" | "list" | "record";
  readonly schema: z.core.$ZodType;
}

/**
 * Whatever an input schema lets grow: its texts, lists and records, found by reflection.
 *
 * @throws Error on a kind of schema that it does not know: teach it, lest something of it be forgotten.
 */
export function* leavesOf(schema: z.core.$ZodType, place: string): Generator<Leaf> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "string":
      yield { place, kind: "text", schema };
      return;
    case "array":
      yield { place, kind: "list", schema };
      yield* leavesOf(def.element, `${place}[]`);
      return;
    case "record":
      yield { place, kind: "record", schema };
      yield* leavesOf(def.keyType, `${place}[key]`);
      yield* leavesOf(def.valueType, `${place}[]`);
      return;
    case "object":
      for (const [name, member] of Object.entries(def.shape)) yield* leavesOf(member, `${place}.${name}`);
      return;
    case "tuple":
      for (const [index, item] of def.items.entries()) yield* leavesOf(item, `${place}[${index}]`);
      return;
    case "union":
      for (const option of def.options) yield* leavesOf(option, place);
      return;
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "readonly":
      yield* leavesOf(def.innerType, place);
      return;
    case "number":
    case "boolean":
    case "null":
    case "enum":
    case "literal":
      return;
    default:
      throw new Error(`${place} is a ${def.type}, of which this does not know how it grows.`);
  }
}
