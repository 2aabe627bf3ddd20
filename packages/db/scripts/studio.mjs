// Opens Prisma Studio on DATABASE_URL. Arguments are Studio's own.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { offlineEnvironment, prismaCli } from "./prisma-cli.mjs";

const studio = spawn(process.execPath, [prismaCli, "studio", ...process.argv.slice(2)], {
  cwd: join(import.meta.dirname, ".."),
  env: offlineEnvironment,
  stdio: "inherit",
});
// Ctrl-C reaches it by itself; it then ends, and so does this.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => studio.kill());
studio.on("exit", (code) => {
  process.exitCode = code ?? 0;
});
