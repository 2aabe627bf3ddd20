import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture } from "./picture.ts";
import { Product } from "./product.ts";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../..", import.meta.url));
const clientFolder = join(repository, "packages/client");

let product: Product;
let project: string;
beforeAll(async () => {
  [product, project] = await Promise.all([Product.start(), mkdtemp(join(tmpdir(), "tilewright-consumer-"))]);
});
afterAll(async () => {
  await product.stop();
  await rm(project, { recursive: true, force: true });
});

const program = (picture: string) => `
import { createTilewrightClient, type TilingStatus } from "@tilewright/client";
import { fileSource } from "@tilewright/client/node";

const client = createTilewrightClient({ baseUrl: ${JSON.stringify(product.address)} });
const { imageId } = await client.uploadImage(await fileSource(${JSON.stringify(picture)}));
const status: TilingStatus = await client.waitUntilReady(imageId);
console.log(JSON.stringify({ status: status.status, width: status.pyramid?.widthPx }));
`;

test("the packed client works in a TypeScript project that has nothing else of Tilewright", async () => {
  const { packageManager } = (await import(join(repository, "package.json"), { with: { type: "json" } })).default;
  const { versions } = process;
  expect(Number(versions.node.split(".")[0])).toBeGreaterThanOrEqual(24);
  await run("npx", ["--yes", packageManager, "pack", "--pack-destination", project], { cwd: clientFolder });
  const [tarball] = (await readdir(project)).filter((name) => name.endsWith(".tgz"));

  const picture = await makePicture(900, 700, "png");
  const compilerOptions = { module: "nodenext", target: "es2023", strict: true, skipLibCheck: true, types: ["node"] };
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  await writeFile(join(project, "main.ts"), program(picture.path));
  await run("npm", ["install", `./${tarball}`, "typescript@7.0.2", "@types/node@24.19.2"], { cwd: project });

  const consumerModules = await readdir(join(project, "node_modules", "@tilewright"));
  expect(consumerModules).toEqual(["client"]);
  await run(join(project, "node_modules/.bin/tsc"), ["--project", project], { cwd: project });
  const { stdout } = await run(process.execPath, ["main.js"], { cwd: project });
  expect(JSON.parse(stdout)).toEqual({ status: "COMPLETED", width: 900 });

  await writeFile(join(project, "main.ts"), program(picture.path).replace("{ imageId }", "{ imageID }"));
  await expect(run(join(project, "node_modules/.bin/tsc"), ["--noEmit"], { cwd: project })).rejects.toMatchObject({
    stdout: expect.stringContaining("imageID"),
  });
});
