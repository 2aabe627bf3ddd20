// npm test: installs what the tests need, verifies, and runs every test. Arguments go to Vitest.
import { ensureTestServers } from "./debian-packages.mjs";
import { fail, install, pinnedNode, run, turbo } from "./toolchain.mjs";

// Browsers, databases and decoders run beside the tests. Said here, as Vitest's projects take it from the command line
// only: from the file that lists them it would be ignored, and one file run after the other on two processors.
const filesAtOnce = 2;
const filters = process.argv.slice(2);

try {
  await install();
  ensureTestServers();
  if (filters.length === 0 && (await run(pinnedNode, ["scripts/verify.mjs"])) !== 0) process.exit(1);
  process.stdout.write("Building …\n");
  await turbo("run", "build");
  process.exitCode = await run("vitest", ["run", `--maxWorkers=${filesAtOnce}`, ...filters]);
} catch (error) {
  fail(error);
}
