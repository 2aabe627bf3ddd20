import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const app = fileURLToPath(new URL("..", import.meta.url));
const vite = fileURLToPath(new URL("../node_modules/vite/bin/vite.js", import.meta.url));

/** Builds the page as it ships, into a folder of its own. */
export async function buildPage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "tilewright-page-"));
  await promisify(execFile)(process.execPath, [vite, "build", "--outDir", folder, "--logLevel", "warn"], {
    cwd: app,
    env: { ...process.env, NODE_ENV: "production" },
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
