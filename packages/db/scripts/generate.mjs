// Writes the Prisma client to generated/prisma. Does nothing when its inputs are those of the last run: other
// processes may be importing the files, and Prisma deletes them before it writes them again.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { offlineEnvironment, prismaCli, prismaVersion } from "./prisma-cli.mjs";

const packageFolder = join(import.meta.dirname, "..");
const schemaFolder = join(packageFolder, "../../prisma");
const stampPath = join(packageFolder, "generated/prisma.sha256");

const inputs = createHash("sha256").update(prismaVersion);
const schemaFiles = readdirSync(schemaFolder).filter((name) => name.endsWith(".prisma"));
for (const name of schemaFiles.sort()) {
  inputs.update(`\0${name}\0`).update(readFileSync(join(schemaFolder, name)));
}
const stamp = inputs.digest("hex");

if (readIfPresent(stampPath) !== stamp) {
  rmSync(stampPath, { force: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, [prismaCli, "generate"], {
    cwd: packageFolder,
    env: offlineEnvironment,
    encoding: "utf8",
  });
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`);
    process.exit(status ?? 1);
  }
  writeFileSync(stampPath, stamp);
}

function readIfPresent(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
