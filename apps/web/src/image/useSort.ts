import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { formatSort, parseSort, type Sort } from "./sort.ts";

const route = getRouteApi("/");

/** The order of the library, which its address holds; null is newest first. */
export function useSort() {
  const { sort: text } = route.useSearch();
  const navigate = route.useNavigate();
  const sort = useMemo(() => parseSort(text), [text]);
  const setSort = (next: Sort | null) =>
    void navigate({ search: next ? { sort: formatSort(next) } : {}, replace: true, resetScroll: false });
  return { sort, setSort };
}
