import { TilewrightError } from "@tilewright/core";

/** The segments of a key that leads to exactly one place. @throws TilewrightError OBJECT_NOT_FOUND */
export function segmentsOf(key: string): string[] {
  const segments = key.split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === ".." || segment.includes("\0"))) {
    throw new TilewrightError("OBJECT_NOT_FOUND", "This is not a valid object key.");
  }
  return segments;
}
