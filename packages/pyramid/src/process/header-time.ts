import { PyramidError } from "../errors.ts";
import type { ToolLimits } from "./run-tool.ts";

/** A header is a few kilobytes; this is for a machine that has other things to do. */
const headerMs = 30_000;
/** For a program that reads a header, which is a few kilobytes, or answers at once. */
export const headerLimits: ToolLimits = {
  cpuSeconds: 15,
  memoryBytes: 2 ** 30,
  fileBytes: 2 ** 20,
  timeoutMs: headerMs,
};

/** @throws PyramidError TIMED_OUT; what goes on is ended with its process. */
export async function withinHeaderTime<T>(reading: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(headerTookLong()), headerMs);
  try {
    return await Promise.race([reading, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

export const headerTookLong = (): PyramidError =>
  new PyramidError("TIMED_OUT", "It took longer than half a minute to read what the image is.");
