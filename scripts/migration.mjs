// npm run migration -- <name>: writes the next migration from what has changed in prisma/*.prisma.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const task = ["--silent", "--filter", "@tilewright/db", "run", "migration", ...process.argv.slice(2)];
const { status } = spawnSync("npx", ["-y", packageManager, ...task], { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 1;
