import { spawnSync } from "node:child_process";
import { systemVipsEnvironment } from "../src/process/env.ts";

/** Whether this machine has the command: what tests it is skipped elsewhere. */
export const hasVips = spawnSync("vips", ["--version"]).status === 0;

/** Runs an operation of the system's `vips`. @throws Error it failed. */
export function vips(...operation: string[]): void {
  const { status, stderr } = spawnSync("vips", operation, { encoding: "utf8", env: systemVipsEnvironment() });
  if (status !== 0) throw new Error(`vips ${operation.join(" ")}: ${stderr}`);
}
