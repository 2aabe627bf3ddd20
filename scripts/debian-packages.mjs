// What tests and benches need of the system: what is missing comes from Debian's packages.
import { spawnSync } from "node:child_process";

const vips = {
  name: "libvips' tools",
  isThere: () => exists("vips"),
  packages: ["libvips-tools"],
  otherwise: "Formats are tested, and tiling is measured, with the vips command. Install libvips-tools.",
};

const jpeg2000 = {
  name: "JPEG 2000 tools",
  isThere: () => ["opj_compress", "opj_decompress", "ojph_compress"].every(exists),
  packages: ["libopenjp2-tools", "openjph-tools"],
  otherwise: "JPEG 2000 is tested with the tools of OpenJPEG and OpenJPH. Install libopenjp2-tools and openjph-tools.",
};

const python = {
  name: "Python",
  isThere: () => exists("python3"),
  packages: ["python3-minimal", "libpython3-stdlib"],
  otherwise: "The example of a worker of one's own is tested, and it is in Python. Install python3.",
};

const nginx = {
  name: "nginx and a certificate for it",
  // Where it is installed, and often no user's PATH leads.
  isThere: () => (exists("nginx") || exists("/usr/sbin/nginx")) && exists("openssl"),
  packages: ["nginx-light", "openssl"],
  // Debian starts it at once, on port 80, where nobody asked for it.
  leftOff: "nginx",
  otherwise: "The service is tested behind a proxy. Install nginx-light and openssl.",
};

const needs = [
  vips,
  jpeg2000,
  python,
  nginx,
  {
    name: "Chromium",
    isThere: () =>
      Boolean(process.env.CHROMIUM_PATH) ||
      ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].some(exists),
    packages: ["chromium", "fonts-dejavu-core"],
    otherwise: "The browser tests need Chromium. Install it, or set CHROMIUM_PATH to a Chromium or Chrome.",
  },
  {
    name: "an S3 server",
    isThere: () =>
      Boolean(process.env.TEST_S3_ENDPOINT) || ["ceph", "ceph-mon", "ceph-osd", "radosgw", "setpriv"].every(exists),
    packages: ["ceph-mon", "ceph-osd", "ceph-common", "radosgw", "util-linux"],
    otherwise:
      "The storage tests need an S3 server. Install Ceph's radosgw, ceph-mon, ceph-osd and ceph-common, or set " +
      "TEST_S3_ENDPOINT, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a server that tests may fill, such as MinIO.",
  },
];

/** Installs what the tests need and this machine lacks. @throws Error which says what to do by hand. */
export const ensureTestServers = () => ensure(needs);

/** The same for what tiling is compared with. */
export const ensureVips = () => ensure([vips]);

function ensure(wanted) {
  for (const { name, isThere, packages, leftOff, otherwise } of wanted) {
    if (isThere()) continue;
    const isRoot = process.getuid?.() === 0;
    if (!exists("apt-get") || !(isRoot || exists("sudo"))) throw new Error(otherwise);
    process.stdout.write(`Installing ${name} …\n`);
    const prefix = isRoot ? [] : ["sudo", "-n"];
    apt(prefix, "update");
    const { status, stderr } = apt(prefix, "install", "--yes", "--no-install-recommends", ...packages);
    if (status !== 0) throw new Error(`${otherwise}\n\n${stderr.trim().slice(-1_000)}`);
    if (leftOff && exists("systemctl")) runAs(prefix, "systemctl", "disable", "--now", leftOff);
  }
}

function apt(prefix, ...args) {
  const settings = ["env", "DEBIAN_FRONTEND=noninteractive"];
  return runAs(prefix, ...settings, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", ...args);
}

function runAs(prefix, ...command) {
  const [program, ...rest] = [...prefix, ...command];
  return spawnSync(program, rest, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

const exists = (command) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
