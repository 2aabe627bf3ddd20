// npm start: installs, builds and runs everything on this machine.
import { fail, install, pinnedNode, run, turbo } from "./toolchain.mjs";

try {
  await install();
  process.stdout.write("Building …\n");
  await turbo("run", "build");
  process.exitCode = await run(pinnedNode, ["apps/server/src/main.ts"], { ipc: true });
} catch (error) {
  fail(error);
}
