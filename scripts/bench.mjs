// npm run bench:tiling, bench:service, bench:memory, bench:quality or bench:status: measures this machine. Arguments
// after -- are the bench's own.
import { ensureVips } from "./debian-packages.mjs";
import { fail, install, pinnedNode, run, turbo } from "./toolchain.mjs";

const [bench = "", ...args] = process.argv.slice(2);

try {
  await install();
  ensureVips();
  await turbo("run", "build");
  process.exitCode = await run(pinnedNode, [`bench/src/${bench}.ts`, ...args]);
} catch (error) {
  fail(error);
}
