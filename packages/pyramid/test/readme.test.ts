import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { expect, it } from "vitest";
import { asSharp, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const entry = new URL("../src/index.ts", import.meta.url).href;
const names = "writePyramid, openFileSource, openPyramid, dziDescriptor";

it("the README's example works as it stands there", async () => {
  const readme = await readFile(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");
  const example = /```ts\n([^`]+)```/.exec(readme)?.[1] ?? expect.fail("there is no example");
  await asSharp(smoothImage(600, 400)).png().toFile(path("slide.png"));
  const inTempDir = example.replaceAll(/"(slide[^"]*)"/g, (_, name: string) => JSON.stringify(path(name)));
  await writeFile(
    path("example.mjs"),
    `import { ${names} } from ${JSON.stringify(entry)};
     export const fractions = [];
     const report = (fraction) => fractions.push(fraction);
     ${inTempDir}
     await source.close();
     export { jpeg, descriptor };`,
  );
  const { fractions, jpeg, descriptor } = await import(path("example.mjs"));
  expect(fractions.at(-1)).toBe(1);
  expect(await sharp(jpeg).metadata()).toMatchObject({ width: 256, height: 256 });
  expect(descriptor).toContain('Width="600" Height="400"');
});
