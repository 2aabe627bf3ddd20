// npm run bench:s3-upload [-- GiB] and npm run bench:s3-fleet [-- jobs]: the product on a real S3 server, measured.
import { ensureTestServers } from "./debian-packages.mjs";
import { fail, install, pinnedNode, run, turbo } from "./toolchain.mjs";

const [name, ...args] = process.argv.slice(2);

try {
  await install();
  ensureTestServers();
  await turbo("run", "build");
  process.exitCode = await run(pinnedNode, [`e2e/bench/s3-${name}.ts`, ...args]);
} catch (error) {
  fail(error);
}
