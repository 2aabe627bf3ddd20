import type { Polygon } from "./outlines.ts";

/** A class of annotations and the colour that it is shown in. */
export interface Classification {
  readonly name: string;
  readonly color: readonly [red: number, green: number, blue: number];
}

/**
 * A FeatureCollection (RFC 7946, but in pixels) as QuPath imports it: an annotation with its class for each polygon.
 */
export const featureCollection = (polygons: readonly Polygon[], classification: Classification): string =>
  JSON.stringify({
    type: "FeatureCollection",
    features: polygons.map((coordinates) => ({
      type: "Feature",
      geometry: { type: "Polygon", coordinates },
      properties: { objectType: "annotation", classification },
    })),
  });
