// npm run chaos: the kill test. Arguments after -- are its own: --short, or --only worker-kill,zombie --times 20 --seed
// 7 --minutes 5 --add
import { fail, install, pinnedNode, run, turbo } from "./toolchain.mjs";

try {
  await install();
  process.stdout.write("Building …\n");
  await turbo("run", "build");
  process.exitCode = await run(pinnedNode, ["chaos/src/main.ts", ...process.argv.slice(2)]);
  await run("biome", ["format", "--write", "--log-level=error", "docs/reliability.md"]);
} catch (error) {
  fail(error);
}
