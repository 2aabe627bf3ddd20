import { analysisLimits } from "../limits.ts";
import type { GridLayer } from "../result.ts";
import { parseModestJson } from "./modest-json.ts";
import { invalid } from "./refuse.ts";

/** That a grid's file has a value or null for each of its cells. @throws TilewrightError RESULT_INVALID */
export async function checkGrid({ name, columns, rows }: GridLayer, bytes: Uint8Array): Promise<void> {
  const file = await parseModestJson(bytes, { depth: 2, values: analysisLimits.gridCells + 10 });
  const values = isRecord(file) && Object.keys(file).length === 1 ? file["values"] : undefined;
  if (!Array.isArray(values)) throw invalid(`The file of “${name}” has to be {"values": [ … ]}.`);
  if (values.length !== columns * rows) {
    throw invalid(`The file of “${name}” has ${values.length} values for ${columns} columns and ${rows} rows.`);
  }
  const wrong = values.findIndex((value) => value !== null && !Number.isFinite(value));
  if (wrong !== -1) throw invalid(`Value ${wrong} of “${name}” is neither a number nor null.`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
