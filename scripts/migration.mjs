// npm run migration -- <name>: writes the next migration from what has changed in prisma/*.prisma.
import { fail, install, pinnedNode, run } from "./toolchain.mjs";

try {
  await install();
  process.exitCode = await run(pinnedNode, ["packages/db/scripts/migration.mjs", ...process.argv.slice(2)]);
} catch (error) {
  fail(error);
}
