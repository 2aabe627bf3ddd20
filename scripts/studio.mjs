// npm run studio: shows the rows of DATABASE_URL, or of the default database while the service runs, in the browser.
// Arguments after -- are Prisma Studio's own: npm run studio -- --port 5555 --browser none
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { resolve } from "node:path";
import { fail, install, pinnedNode, root, run } from "./toolchain.mjs";

try {
  await install();
  const databaseUrl = process.env["DATABASE_URL"] || (await runningDefaultDatabase());
  process.exitCode = await run(pinnedNode, ["packages/db/scripts/studio.mjs", ...process.argv.slice(2)], {
    env: { DATABASE_URL: databaseUrl },
  });
} catch (error) {
  fail(error);
}

/** The address that the service's own database has left in its folder, if it still answers there. */
async function runningDefaultDatabase() {
  const urlPath = resolve(root, process.env["DATA_DIRECTORY"] || "data", "postgres/url");
  const url = await readFile(urlPath, "utf8").catch(() => undefined);
  if (url !== undefined && (await answers(new URL(url)))) return url;
  throw new Error(
    "No database is running. Start the service with npm start and run this beside it, or set DATABASE_URL.",
  );
}

function answers({ hostname, port }) {
  return new Promise((settle) => {
    const socket = connect(Number(port), hostname);
    const answer = (value) => () => {
      socket.destroy();
      settle(value);
    };
    socket.once("connect", answer(true));
    socket.once("error", answer(false));
  });
}
