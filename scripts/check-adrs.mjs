// Every decision in docs/adr has a number of its own, which its title repeats, and a line in the index there.
import { readdirSync, readFileSync } from "node:fs";

const folder = "docs/adr";
const index = readFileSync(`${folder}/README.md`, "utf8");
const files = readdirSync(folder).filter((name) => name !== "README.md");

const faults = [];
const byNumber = Map.groupBy(files, (name) => name.slice(0, 4));
for (const [number, names] of byNumber) {
  if (names.length > 1) faults.push(`${names.join(" and ")} have the same number, ${number}`);
}
for (const name of files) {
  const title = readFileSync(`${folder}/${name}`, "utf8").split("\n")[0].slice("# ".length);
  if (!/^\d{4}-[a-z\d-]+\.md$/.test(name)) faults.push(`${name} is no name of a decision, such as 0001-short-title.md`);
  if (Number.parseInt(title, 10) !== Number(name.slice(0, 4))) faults.push(`${name} has a title of another number`);
  const line = `- [${title}](${name})`;
  if (!index.split("\n").includes(line)) faults.push(`The index, ${folder}/README.md, lacks the line\n  ${line}`);
}
for (const [, name] of index.matchAll(/\]\(([^)/]+\.md)\)/g)) {
  if (!files.includes(name)) faults.push(`The index names ${name}, which is not there`);
}
if (faults.length > 0) {
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}
