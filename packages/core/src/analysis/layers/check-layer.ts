import { TilewrightError } from "../../errors.ts";
import { hexOf } from "../../sha256.ts";
import type { ObjectStore } from "../../storage/object-store.ts";
import type { AnalysisLayer, AnalysisResult } from "../result.ts";
import { checkGeoJson } from "./geojson.ts";
import { checkGrid } from "./grid.ts";
import { checkPicture } from "./picture.ts";
import { invalid } from "./refuse.ts";

/**
 * That a layer's file is in the store, is what the result says of it, and is in the form of its type.
 *
 * @throws TilewrightError LAYER_MISSING, RESULT_INVALID
 */
export async function checkLayer(
  objects: Pick<ObjectStore, "head" | "read">,
  key: string,
  layer: AnalysisLayer,
  image: Pick<AnalysisResult["input"], "widthPx" | "heightPx">,
): Promise<void> {
  const bytes = await readLayer(objects, key, layer);
  if (layer.type === "grid") await checkGrid(layer, bytes);
  else if (layer.type === "geojson") await checkGeoJson(bytes, image);
  else checkPicture(layer, bytes, image);
}

/** The bytes that the result names by their digest. @throws TilewrightError LAYER_MISSING, RESULT_INVALID */
export async function readLayer(
  objects: Pick<ObjectStore, "head" | "read">,
  key: string,
  { file, sizeBytes, sha256 }: Pick<AnalysisLayer, "file" | "sizeBytes" | "sha256">,
): Promise<Uint8Array> {
  const stored = await objects.head(key);
  if (!stored) throw new TilewrightError("LAYER_MISSING", `“${file}” has not arrived. Send it to its address first.`);
  if (stored.sizeBytes !== sizeBytes) throw invalid(`“${file}” has ${stored.sizeBytes} bytes and not ${sizeBytes}.`);
  const bytes = await objects.read(key, { start: 0, end: sizeBytes });
  const digest = hexOf(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  if (digest !== sha256) throw invalid(`“${file}” has another digest than the result says.`);
  return bytes;
}
