import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pathOf } from "../src/process/run-tool.ts";

/** One call of the system's `vips` or `vipsheader`. */
export interface VipsCall {
  readonly words: readonly string[];
  /** Whether no reader could run that libvips doesn't vouch for. */
  readonly onlyTrusted: boolean;
  /** Whether readers could run that are modules of libvips. */
  readonly withModules: boolean;
}

/**
 * Runs `use` while `vips` and `vipsheader` write down how they are called, and then do what they do.
 *
 * @returns the calls that had to do with a file.
 */
export async function recordVips(folder: string, use: () => Promise<unknown>): Promise<VipsCall[]> {
  return (await recordAllOfVips(folder, use)).filter(({ words: [, first] }) => first !== "-l" && first !== "--version");
}

/** The same, with the calls that ask `vips` what it is and has. */
export async function recordAllOfVips(folder: string, use: () => Promise<unknown>): Promise<VipsCall[]> {
  const log = join(folder, "calls");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const name of ["vips", "vipsheader"]) {
    const script = `#!/bin/sh\nprintf '%s\\n' "\${VIPS_BLOCK_UNTRUSTED:-0} \${VIPSHOME:-modules} ${name} $*" >> '${log}'\nexec '${await pathOf(name)}' "$@"\n`;
    await writeFile(join(folder, name), script, { mode: 0o755 });
  }
  const searched = process.env["PATH"];
  process.env["PATH"] = `${folder}${delimiter}${searched}`;
  try {
    await use();
  } finally {
    process.env["PATH"] = searched;
  }
  const lines = (await readFile(log, "utf8").catch(() => "")).split("\n").filter(Boolean);
  return lines
    .map((line) => line.split(" "))
    .map(([blocked, home, ...words]) => ({ words, onlyTrusted: blocked === "1", withModules: home === "modules" }));
}
