import { type RefObject, useEffect, useRef } from "react";

/**
 * Where more was asked for and took the focus away with the button that asked, the first new slide gets it: keyboards
 * and screen readers go on there.
 */
export function useFocusOnMore(grid: RefObject<HTMLElement | null>, pageCount: number, firstNew: number): void {
  const known = useRef(pageCount);
  useEffect(() => {
    const isMore = known.current > 0 && pageCount > known.current;
    known.current = pageCount;
    if (!isMore || document.activeElement !== document.body) return;
    grid.current?.children[firstNew]?.querySelector("a")?.focus();
  }, [grid, pageCount, firstNew]);
}
