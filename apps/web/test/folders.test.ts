import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../src", import.meta.url));
const imported = /(?:from|import)\s*\(?\s*"(\.[^"]+)"/g;

const folderOf = (path: string): string | undefined => /^(\w+)\//.exec(relative(src, path))?.[1];

/** Which folders each folder of the page imports from. */
async function importsByFolder(): Promise<Map<string, Set<string>>> {
  const imports = new Map<string, Set<string>>();
  for (const name of await readdir(src, { recursive: true })) {
    const from = folderOf(join(src, name));
    if (!from || !/\.tsx?$/.test(name)) continue;
    const known = imports.get(from) ?? imports.set(from, new Set()).get(from);
    const text = await readFile(join(src, name), "utf8");
    for (const [, specifier = ""] of text.matchAll(imported)) {
      const to = folderOf(resolve(dirname(join(src, name)), specifier));
      if (to && to !== from) known?.add(to);
    }
  }
  return imports;
}

/** The way from a folder back to itself, if there is one. */
function circleFrom(folder: string, imports: Map<string, Set<string>>, way: readonly string[] = []): string | null {
  if (way[0] === folder) return [...way, folder].join(" -> ");
  if (way.includes(folder)) return null;
  for (const next of imports.get(folder) ?? []) {
    const circle = circleFrom(next, imports, [...way, folder]);
    if (circle) return circle;
  }
  return null;
}

test("the page's folders do not import each other in circles", async () => {
  const imports = await importsByFolder();
  expect(imports.get("app"), "the roof stands on the ground").toContain("ui");
  expect([...imports.keys()].map((folder) => circleFrom(folder, imports)).filter(Boolean)).toEqual([]);
});
