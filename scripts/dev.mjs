// npm run dev: the page, the server and a worker out of their sources, which take up every change.
import { fail, install, pinnedNode, run, turbo } from "./toolchain.mjs";

try {
  await install();
  await turbo("run", "generate");
  process.exitCode = await run(pinnedNode, ["scripts/dev/main.mjs"], { ipc: true });
} catch (error) {
  fail(error);
}
