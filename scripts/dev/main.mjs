// Runs what `npm run dev` consists of: the database, which stays; the server with its worker, which start anew when
// their sources change; and Vite, where the page is opened and which hands on to the server what is not the page.
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative, resolve } from "node:path";
import { root, turbo } from "../toolchain.mjs";
import { followLog } from "./follow-log.mjs";
import { Part, say } from "./part.mjs";
import { watchSources } from "./watch-sources.mjs";

const dataDirectory = resolve(root, process.env.DATA_DIRECTORY || "data");
const port = process.env.PORT || "8420";
const settings = { ...process.env, DATA_DIRECTORY: dataDirectory, HOST: "127.0.0.1" };

const database = new Part("database", "packages/db/scripts/keep-running.mjs", [join(dataDirectory, "postgres")]);
const server = new Part("server", "apps/server/src/main.ts", [], { isReady: /Tilewright is ready/, shows: /^!/ });
const page = new Part("page", "apps/web/scripts/dev.mjs");

// Ctrl-C, a supervisor, or the end of whoever started this: once is enough, and hearing it again changes nothing.
let ending;
const end = (code = 0) => {
  ending ??= endAll().then(() => process.exit(code));
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) process.on(signal, () => end());
process.once("disconnect", () => end());
for (const part of [database, page]) part.onEnd = () => end(1);
server.onEnd = () => say("server", "ended; it starts anew when a source changes");

try {
  // The server serves the built page from there, and there may be none yet.
  mkdirSync(join(root, "apps/web/dist"), { recursive: true });
  if (!settings.DATABASE_URL) settings.DATABASE_URL = (await database.start(settings)).url;
  settings.SERVER_URL = `http://127.0.0.1:${await freePort()}`;
  for (const program of ["server", "worker"]) followLog(program, join(dataDirectory, "logs", `${program}.log`));
  await Promise.all([startServer(), page.start({ ...settings, PORT: port })]);
  watchSources(["packages/*/src", "apps/{server,worker}/src", "prisma"], startAnew);
  say("", `\nTilewright, as it is being developed:  http://127.0.0.1:${port}\n`);
  say("", `Ctrl-C ends it. Logs: ${join(dataDirectory, "logs")}\n`);
} catch (error) {
  if (!ending) process.stderr.write(`\n${error.message}\n`);
  end(1);
}

function startServer() {
  return server.start({ ...settings, PORT: new URL(settings.SERVER_URL).port, SERVER_URL: "" });
}

async function startAnew(path) {
  const began = performance.now();
  try {
    await server.stop();
    if (path.endsWith(".prisma")) await turbo("run", "generate");
    if (ending) return;
    await startServer();
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    say("server", `started anew in ${seconds} s: ${relative(root, path)} changed`);
  } catch (error) {
    if (!ending) say("server", error.message);
  }
}

/** The database last: the others write down what they leave. */
async function endAll() {
  say("", "\nStopping …");
  await Promise.all([server.stop(), page.stop()]);
  await database.stop();
}

function freePort() {
  return new Promise((settle, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address();
      probe.close(() => settle(free));
    });
  });
}
