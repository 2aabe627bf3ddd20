import { useEffect } from "react";
import { type UploadEntry, wouldBeLost } from "./entry.ts";

/** The browser asks before the page is left while something would be lost by it. */
export function useLeaveWarning(entries: readonly UploadEntry[]): void {
  const isNeeded = entries.some(wouldBeLost);
  useEffect(() => {
    if (!isNeeded) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isNeeded]);
}
