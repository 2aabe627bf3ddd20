// npm run verify: everything that can be checked without running the product.
import { fail, install, run } from "./toolchain.mjs";

const checks = [
  ["biome", "check", "--error-on-warnings", "."],
  ["node", "scripts/check-regexes.mjs"],
  ["turbo", "boundaries"],
  ["turbo", "run", "typecheck", "--output-logs=errors-only", "--log-prefix=none"],
];

try {
  await install();
  for (const [tool, ...args] of checks) {
    const code = await run(tool, args);
    if (code !== 0) fail(`“${tool} ${args[0]}” found something.`);
  }
} catch (error) {
  fail(error);
}
