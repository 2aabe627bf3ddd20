// Opens Prisma Studio on DATABASE_URL. Arguments are Studio's own.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { offlineEnvironment, prismaCli } from "./prisma-cli.mjs";

const policy = new URL("studio-policy.mjs", import.meta.url).href;
const studio = spawn(process.execPath, ["--import", policy, prismaCli, "studio", ...process.argv.slice(2)], {
  cwd: join(import.meta.dirname, ".."),
  env: offlineEnvironment,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) process.on(signal, () => studio.kill());
studio.on("exit", (code) => {
  process.exitCode = code ?? 0;
});
