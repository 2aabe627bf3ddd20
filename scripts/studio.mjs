// npm run studio: shows the rows of DATABASE_URL, or of the default database while the service runs, in the browser.
// Arguments after -- are Prisma Studio's own: npm run studio -- --port 5555 --browser none
import { runningDatabaseUrl } from "./running-database.mjs";
import { fail, install, pinnedNode, run } from "./toolchain.mjs";

try {
  await install();
  process.exitCode = await run(pinnedNode, ["packages/db/scripts/studio.mjs", ...process.argv.slice(2)], {
    env: { DATABASE_URL: await runningDatabaseUrl() },
  });
} catch (error) {
  fail(error);
}
