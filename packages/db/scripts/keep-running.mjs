// Keeps the embedded database of a directory running for `npm run dev`, whose server comes and goes. Sends its address
// to the process that has started it, and ends when that says so, or is gone: a terminal's Ctrl-C is for the server
// first.
import { startEmbeddedPostgres } from "../src/embedded/start.ts";

const ending = new AbortController();
const end = () => ending.abort(new Error("The database was stopped."));
for (const signal of ["SIGINT", "SIGHUP", "SIGQUIT"]) process.on(signal, () => {});
process.once("SIGTERM", end);
process.once("disconnect", end);

const fail = (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
};
try {
  const database = await startEmbeddedPostgres({
    directory: process.argv[2] ?? "data/postgres",
    signal: ending.signal,
    onUnexpectedExit: fail,
  });
  process.send?.({ url: database.url });
  ending.signal.addEventListener("abort", () => database.stop().then(() => process.exit(0), fail));
  if (ending.signal.aborted) await database.stop().then(() => process.exit(0), fail);
} catch (error) {
  if (error === ending.signal.reason) process.exit(0);
  fail(error);
}
