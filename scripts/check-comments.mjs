// No line of a comment is longer than a line of code may be: the formatter wraps code alone.
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { parseSync } from "oxc-parser";

const longestLine = 120;
const programs = "{.,{apps,packages}/*,e2e,chaos,bench}/{src,test,bench,scripts,public}/**/*.{ts,tsx,mjs,js}";
const configurations = "{.,{apps,packages}/*,e2e,chaos,bench}/*.{ts,mjs}";
const others = "{prisma,apps/*/src}/**/*.{prisma,css}";
const isMadeByMachines = (name) => ["node_modules", "dist", "generated"].includes(name);

const faults = [];
for await (const file of glob([programs, configurations], { exclude: isMadeByMachines })) {
  const code = readFileSync(file, "utf8");
  faults.push(...longLines(file, code, linesOf(code, parseSync(file, code).comments)));
}
for await (const file of glob(others, { exclude: isMadeByMachines })) {
  const text = readFileSync(file, "utf8");
  faults.push(...longLines(file, text, linesThat(text, /^\s*(?:\/\/|\/\*|\*)/)));
}
if (faults.length > 0) {
  process.stderr.write(`Comments are longer than ${longestLine} characters at\n${faults.join("\n")}\n`);
  process.exitCode = 1;
}

/** Numbers, from 0, of all lines that a comment is on. */
function linesOf(code, comments) {
  const lineAt = (offset) => code.slice(0, offset).split("\n").length - 1;
  return comments.flatMap(({ start, end }) => {
    const first = lineAt(start);
    return Array.from({ length: lineAt(end) - first + 1 }, (_, n) => first + n);
  });
}

function linesThat(text, form) {
  return text.split("\n").flatMap((line, n) => (form.test(line) ? [n] : []));
}

function longLines(file, text, numbers) {
  const lines = text.split("\n");
  return numbers.filter((n) => [...(lines[n] ?? "")].length > longestLine).map((n) => `${file}:${n + 1}`);
}
