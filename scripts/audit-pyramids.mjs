// npm run audit:pyramids: reads every stored pyramid of DATABASE_URL and STORAGE_URL, or of the service that runs, and
// has the broken ones made again. Arguments after -- are the program's own: --most-bytes 10000000000
import { runningDatabaseUrl } from "./running-database.mjs";
import { fail, install, pinnedNode, run } from "./toolchain.mjs";

try {
  await install();
  process.exitCode = await run(pinnedNode, ["apps/server/src/audit/main.ts", ...process.argv.slice(2)], {
    env: { DATABASE_URL: await runningDatabaseUrl() },
  });
} catch (error) {
  fail(error);
}
