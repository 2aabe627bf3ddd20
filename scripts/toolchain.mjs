// The pinned toolchain, for a machine that has nothing but Node >= 20 and npm.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that everything but these scripts runs on; there once `install` has run. */
export const pinnedNode = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

const setupLog = join(root, "node_modules", ".tilewright", "setup.log");
const installMark = join(root, "node_modules", ".tilewright", "installed");

const environment = {
  ...process.env,
  CI: process.env.CI ?? "",
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
  CHECKPOINT_DISABLE: "1",
  // Compiled once, every further process starts in half the time.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".tilewright", "compiled"),
  // npm hands its own settings to what it runs, and another npm would warn about those it does not know.
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^npm_config_/i.test(name))
      .map((name) => [name, undefined]),
  ),
};

/** Installs what the lockfile says, unless that has been done. */
export async function install() {
  const wanted = await digestOf(["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"]);
  if ((await readFile(installMark, "utf8").catch(() => "")) === wanted) return;
  process.stdout.write("Installing dependencies …\n");
  await quietly("Installing", "npx", [...(await pnpmCommand()), "install", "--frozen-lockfile"]);
  await writeFile(installMark, wanted);
}

/** Runs turbo's tasks, quiet unless one fails. */
export async function turbo(...args) {
  await quietly("Building", pinnedNode, [join(root, "node_modules", "turbo", "bin", "turbo"), ...args]);
}

/** Runs a program in the foreground and returns its exit code; what ends this process ends it first. */
export async function run(command, args, { env = {}, ipc = false } = {}) {
  const stdio = ["inherit", "inherit", "inherit", ...(ipc ? ["ipc"] : [])];
  return ending(spawn(command, args, { cwd: root, env: { ...pathWithPinnedNode(), ...env }, stdio }));
}

/** Runs a program and returns its exit code and all that it says. */
export async function hear(command, args) {
  const child = spawn(command, args, { cwd: root, env: pathWithPinnedNode(), stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => said.push(bytes));
  const code = await ending(child, "close");
  return { code, text: Buffer.concat(said).toString() };
}

const endings = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/**
 * The exit code of a child that ends when this process is told to, by whatever signal, or when npm is gone. Of a
 * terminal's Ctrl-C it hears twice, and has to take that for one.
 */
function ending(child, event = "exit") {
  const end = () => child.kill("SIGTERM");
  for (const signal of endings) process.on(signal, end);
  if (process.env.npm_lifecycle_event) whenOrphaned(end);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once(event, (code) => {
      for (const signal of endings) process.off(signal, end);
      resolve(code ?? 1);
    });
  });
}

/** Ends this process with one readable sentence. */
export function fail(error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}

function whenOrphaned(callback) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, 1_000);
  timer.unref();
}

async function quietly(step, command, args) {
  await mkdir(dirname(setupLog), { recursive: true });
  const log = await open(setupLog, "a");
  const child = spawn(command, args, { cwd: root, env: pathWithPinnedNode(), stdio: ["ignore", log.fd, log.fd] });
  const code = await ending(child).finally(() => log.close());
  if (code === 0) return;
  const lines = (await readFile(setupLog, "utf8")).trimEnd().split("\n");
  throw new Error(`${lines.slice(-25).join("\n")}\n\n${step} failed. Everything it said is in ${setupLog}`);
}

async function pnpmCommand() {
  const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return ["--yes", packageManager];
}

async function digestOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(join(root, file)));
  return hash.digest("hex");
}

const pathWithPinnedNode = () => ({
  ...environment,
  PATH: `${dirname(pinnedNode)}:${join(root, "node_modules/.bin")}:${process.env.PATH}`,
});
