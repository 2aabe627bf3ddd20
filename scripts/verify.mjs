// npm run verify: everything that can be checked without running the product.
import { fail, hear, install } from "./toolchain.mjs";

const checks = [
  ["biome", "check", "--error-on-warnings", "."],
  ["node", "scripts/check-comments.mjs"],
  ["node", "scripts/check-adrs.mjs"],
  ["node", "scripts/check-regexes.mjs"],
  ["turbo", "boundaries"],
  ["knip", "--no-config-hints"],
  ["turbo", "run", "typecheck", "--output-logs=errors-only", "--log-prefix=none"],
  ["vitest", "run", "--project", "unit", "--reporter=minimal"],
];

try {
  await install();
  // Side by side: some use one processor, some wait for the disk. What the last one says is the summary of the tests.
  const heard = checks.map(async ([tool, ...args]) => ({
    name: [tool, ...args].slice(0, 2).join(" "),
    ...(await hear(tool, args)),
  }));
  const found = [];
  for (const [index, hearing] of heard.entries()) {
    const { name, code, text } = await hearing;
    if (code !== 0) found.push(name);
    if (code !== 0 || index === heard.length - 1) process.stdout.write(text);
  }
  if (found.length > 0) fail(`${found.map((name) => `“${name}”`).join(", ")} found something.`);
} catch (error) {
  fail(error);
}
