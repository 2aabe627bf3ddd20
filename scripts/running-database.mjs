// The database that `npm start` is running at this moment.
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { resolve } from "node:path";
import { root } from "./toolchain.mjs";

/** DATABASE_URL, or the address that the service's own database has left in its folder, if it still answers there. */
export async function runningDatabaseUrl() {
  if (process.env["DATABASE_URL"]) return process.env["DATABASE_URL"];
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
