// npm run check:invariants: holds DATABASE_URL and STORAGE_URL, or the default ones while the service runs, against
// the invariants. Arguments after -- are the program's own: --recovery-ms 15000 --sample 0.1 --settled
import { runningDatabaseUrl } from "./running-database.mjs";
import { fail, install, pinnedNode, run } from "./toolchain.mjs";

try {
  await install();
  process.exitCode = await run(pinnedNode, ["apps/server/src/invariants/main.ts", ...process.argv.slice(2)], {
    env: { DATABASE_URL: await runningDatabaseUrl() },
  });
} catch (error) {
  fail(error);
}
