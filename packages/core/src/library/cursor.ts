import { z } from "zod";

/**
 * Where a list goes on that is sorted by a number: after that value and image. Null: among those without the number.
 */
export interface SortedPlace {
  readonly value: number | null;
  readonly imageId: string;
}

/** As text: `0.25/<imageId>`, or `/<imageId>` among those without the number. */
export const SortedCursor = z
  .string()
  .regex(
    /^(?:-?\d{1,25}(?:\.\d{1,25})?(?:e[+-]\d{1,3})?)?\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    "a cursor that a list gave",
  )
  .refine((cursor) => Number.isFinite(placeOf(cursor).value ?? 0), "a cursor that a list gave");

export const cursorOf = ({ value, imageId }: SortedPlace): string => `${value ?? ""}/${imageId}`;

export function placeOf(cursor: string): SortedPlace {
  const [value = "", imageId = ""] = cursor.split("/");
  return { value: value === "" ? null : Number(value), imageId };
}
