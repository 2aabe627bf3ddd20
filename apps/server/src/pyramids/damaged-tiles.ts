import { TilewrightError } from "@tilewright/core";
import { type Pyramid, PyramidError } from "@tilewright/pyramid";

/** As `pyramid`, but a tile that can't be decoded is refused as what it is, and is no fault of the program. */
export function refusingDamage(pyramid: Pyramid): Pyramid {
  return {
    ...pyramid,
    readTile: (...tile) => pyramid.readTile(...tile).catch(refuse),
    readPixels: (...tile) => pyramid.readPixels(...tile).catch(refuse),
  };
}

function refuse(error: unknown): never {
  if (!(error instanceof PyramidError) || error.code !== "CORRUPT_IMAGE") throw error;
  throw new TilewrightError("SOURCE_DAMAGED", "The image is damaged here: one of its tiles can't be decoded.");
}
