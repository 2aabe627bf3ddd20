import { TilewrightError } from "@tilewright/core";
import { type Pyramid, tileContentTypes, tileExtensions } from "@tilewright/pyramid";
import { z } from "zod";

export const Id = z.uuid();
const TileName = z.string().regex(/^\d{1,9}_\d{1,9}\.[a-z]{1,9}$/);
export const TileIndex = z.string().regex(/^\d{1,9}$/);
export const Level = z.string().regex(/^\d{1,2}$/);

/** @throws TilewrightError OBJECT_NOT_FOUND: no address of ours looks like that. */
export function parsed<Value>(schema: z.ZodType<Value>, text: unknown): Value {
  const result = schema.safeParse(text);
  if (!result.success) throw new TilewrightError("OBJECT_NOT_FOUND", "There is nothing at this address.");
  return result.data;
}

export function addressed(text: string, form: RegExp): Record<string, string | undefined> {
  const groups = form.exec(text)?.groups;
  if (!groups) throw new TilewrightError("OBJECT_NOT_FOUND", "There is nothing at this address.");
  return groups;
}

export interface TileAddress {
  readonly level: number;
  readonly column: number;
  readonly row: number;
  readonly extension: string;
}

/** The tile that the last two parts of a Deep Zoom address name. @throws TilewrightError OBJECT_NOT_FOUND */
export function tileAt(params: { level: string; tile: string }): TileAddress {
  const [column, row, extension = ""] = parsed(TileName, params.tile).split(/[_.]/);
  return { level: Number(parsed(Level, params.level)), column: Number(column), row: Number(row), extension };
}

/** @throws TilewrightError OBJECT_NOT_FOUND the pyramid's tiles are not what the address ends in. */
export function tileContentType({ tileFormat }: Pick<Pyramid, "tileFormat">, extension: string): string {
  const extensions = tileExtensions[tileFormat];
  if (extensions.includes(extension)) return tileContentTypes[tileFormat];
  throw new TilewrightError("OBJECT_NOT_FOUND", `The tiles of this pyramid end in .${extensions[0]}.`);
}
