// Builds what is published: a JavaScript file for each entry, and declarations in which the workspace's own packages
// are inlined.
import { spawnSync } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = fileURLToPath(new URL("..", import.meta.url));
const types = join(here, "dist", "types");
const { dependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));

await rm(join(here, "dist"), { recursive: true, force: true });
await build({
  root: here,
  configFile: false,
  logLevel: "warn",
  build: {
    lib: {
      entry: { index: "src/index.ts", node: "src/node.ts" },
      formats: ["es"],
      fileName: (_format, name) => `${name}.js`,
    },
    minify: false,
    sourcemap: true,
    target: "es2023",
    rolldownOptions: {
      external: (id) =>
        id.startsWith("node:") || Object.keys(dependencies).some((name) => id === name || id.startsWith(`${name}/`)),
    },
  },
});

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
const emit = spawnSync(process.execPath, [tsc, "--project", join(here, "tsconfig.build.json")], { stdio: "inherit" });
if (emit.status !== 0) process.exit(1);

for (const entry of await readdir(types, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath, entry.name);
  const text = await readFile(path, "utf8");
  await writeFile(
    path,
    text.replaceAll(
      /(["'])(\.{1,2}\/[^"']+\.ts|@tilewright\/[^"']+)\1/g,
      (_, quote, specifier) => `${quote}${published(path, specifier)}${quote}`,
    ),
  );
}

/** `./a.ts` is published as `./a.js`, and `@tilewright/core/a` as the file beside which it lies. */
function published(path, specifier) {
  if (!specifier.startsWith("@tilewright/")) return specifier.replace(/\.ts$/, ".js");
  const [, name, ...rest] = specifier.split("/");
  const target = join(types, name, "src", `${rest.join("/") || "index"}.js`);
  const path_ = relative(dirname(path), target);
  return path_.startsWith(".") ? path_ : `./${path_}`;
}
