// npm test: installs what the tests need, verifies, and runs every test. Arguments go to Vitest.
import { ensureTestServers } from "./debian-packages.mjs";
import { fail, install, pinnedNode, run, turbo } from "./toolchain.mjs";

const filters = process.argv.slice(2);

try {
  await install();
  ensureTestServers();
  if (filters.length === 0 && (await run(pinnedNode, ["scripts/verify.mjs"])) !== 0) process.exit(1);
  process.stdout.write("Building …\n");
  await turbo("run", "build");
  process.exitCode = await run("vitest", ["run", ...filters]);
} catch (error) {
  fail(error);
}
