import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const manifestPath = createRequire(import.meta.url).resolve("prisma/package.json");
const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));

export const prismaVersion = manifest.version;

/** The CLI's entry file: run it with `process.execPath`. */
export const prismaCli = join(dirname(manifestPath), manifest.bin.prisma);

/**
 * The environment in which the CLI works without a network.
 *
 * Its schema engine is a binary that would be downloaded. `generate` and `studio` look for it without running it, so
 * any executable will do, and the one that is sure to exist on every system is Node itself.
 */
export const offlineEnvironment = {
  ...process.env,
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
  CHECKPOINT_DISABLE: "1",
};
