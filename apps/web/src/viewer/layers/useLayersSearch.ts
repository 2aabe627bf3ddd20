import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { type LayersSearch, parseLayersSearch } from "../../analysis/layer-search.ts";
import { parsePlaceSearch } from "../place.ts";

const route = getRouteApi("/slides/$imageId");

/** A slider that moves changes many times a second, and browsers refuse to change the address as often. */
const addressAfterMs = 250;

/** The layers that the address speaks of. What is changed here is shown at once, and the address follows. */
export function useLayersSearch(): [search: LayersSearch, change: (next: LayersSearch) => void] {
  const address = parseLayersSearch(route.useSearch());
  const navigate = route.useNavigate();
  const [ahead, setAhead] = useState<LayersSearch | null>(null);
  const written = useRef("");
  const addressText = JSON.stringify(address);

  const write = useEffectEvent((next: LayersSearch) => {
    written.current = JSON.stringify(next);
    const search = (before: Record<string, unknown>) => ({ ...parsePlaceSearch(before), ...next });
    void navigate({ search, replace: true, resetScroll: false, hash: true });
  });
  useEffect(() => {
    if (!ahead) return;
    const timer = setTimeout(() => write(ahead), addressAfterMs);
    return () => clearTimeout(timer);
  }, [ahead]);
  useEffect(() => {
    // Somebody else has changed it: another panel, or the browser's way back.
    if (addressText !== written.current) setAhead(null);
  }, [addressText]);
  return [ahead ?? address, (next) => setAhead(parseLayersSearch({ ...next }))];
}
