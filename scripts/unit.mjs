// npm run test:unit: the tests beside the sources, in seconds. Arguments after -- are Vitest's, such as a package, a
// file or both: npm run test:unit -- core, npm run test:unit -- part-plan. With --watch, again at every change.
import { fail, install, run } from "./toolchain.mjs";

const args = process.argv.slice(2);
const filters = args.filter((arg) => arg !== "--watch" && arg !== "-w");
const command = filters.length < args.length ? "watch" : "run";

try {
  await install();
  process.exitCode = await run("vitest", [command, "--project", "unit", ...filters]);
} catch (error) {
  fail(error);
}
