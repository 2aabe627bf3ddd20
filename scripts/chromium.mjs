// The browser that the browser tests drive: the system's own, from Debian's packages where it is missing.
import { spawnSync } from "node:child_process";

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

export async function ensureChromium() {
  if (process.env.CHROMIUM_PATH || commands.some(exists)) return;
  const isRoot = process.getuid?.() === 0;
  if (!exists("apt-get") || !(isRoot || exists("sudo"))) {
    throw new Error("The browser tests need Chromium. Install it, or set CHROMIUM_PATH to a Chromium or Chrome.");
  }
  process.stdout.write("Installing Chromium …\n");
  const apt = (...args) => {
    const command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", ...args];
    const [program, ...rest] = isRoot ? command : ["sudo", "-n", ...command];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return spawnSync(program, rest, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  };
  apt("update");
  const { status, stderr } = apt("install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core");
  if (status !== 0) throw new Error(`Chromium could not be installed:\n${stderr.trim().slice(-1_000)}`);
}

const exists = (command) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
