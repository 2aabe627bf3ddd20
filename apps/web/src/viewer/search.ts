import { type LayersSearch, parseLayersSearch } from "../analysis/layer-search.ts";
import { type PlaceSearch, parsePlaceSearch } from "./place.ts";

/** All that an address may say of a slide's view. */
export type ViewSearch = PlaceSearch & LayersSearch;

export const parseViewSearch = (search: Readonly<Record<string, unknown>>): ViewSearch => ({
  ...parsePlaceSearch(search),
  ...parseLayersSearch(search),
});
