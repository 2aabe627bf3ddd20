import { getRouteApi } from "@tanstack/react-router";
import { type LayersSearch, parseLayersSearch } from "./layer-search.ts";

const route = getRouteApi("/slides/$imageId");

/** Which analysis the viewer shows, and which one beside it. The address holds them; the viewer follows. */
export function useShownAnalyses() {
  const { analysis, compare, layers } = parseLayersSearch(route.useSearch());
  const navigate = route.useNavigate();
  const go = (next: LayersSearch) => {
    const search = (before: LayersSearch) => replaceLayers(before, parseLayersSearch({ ...next }));
    void navigate({ search, replace: true, resetScroll: false, hash: true });
  };
  return {
    shown: analysis ?? null,
    compared: compare ?? null,
    show: (jobId: string | null) => go(jobId === null ? {} : { analysis: jobId }),
    /** Beside the one that is shown; null puts it away. */
    compare: (jobId: string | null) =>
      go({ ...(analysis && { analysis }), ...(layers !== undefined && { layers }), ...(jobId && { compare: jobId }) }),
  };
}

/** What else a search says stays. */
function replaceLayers(search: LayersSearch, next: LayersSearch): LayersSearch {
  const { analysis, layers, compare, compareLayers, ...rest } = search;
  return { ...rest, ...next };
}
