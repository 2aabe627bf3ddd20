import { monitorEventLoopDelay } from "node:perf_hooks";

const resolutionMs = 20;
const windowMs = 1_000;

/** Starts to measure how late this process is. @returns a reading: milliseconds at the 90th percentile of a second. */
export function measureLag(): () => number {
  // Each delay is that between two timers, so it has the resolution in it.
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let takenAtMs = performance.now();
  let lagMs = 0;
  return () => {
    const nowMs = performance.now();
    if (nowMs - takenAtMs >= windowMs) {
      lagMs = delays.count > 0 ? Math.max(0, delays.percentile(90) / 1e6 - resolutionMs) : 0;
      delays.reset();
      takenAtMs = nowMs;
    }
    return lagMs;
  };
}
