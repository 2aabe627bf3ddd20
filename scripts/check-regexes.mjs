// Every regular expression of the sources takes time in proportion to its text, whatever that text is: most see what
// strangers send. One that doesn't is found here, and nobody has to think of it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { parseSync } from "oxc-parser";
import { checkSync } from "recheck";

const sources = "{packages,apps}/*/src/**/*.{ts,tsx}";
/** What nobody sends anything to. */
const isExempt = /\/generated\/|\.test\.tsx?$/;
// The search is for a proof and repeatable; of what it does not understand, it says so.
const search = { checker: "automaton", timeout: 60_000 };

// A proof holds for good, for what it was found with.
const { version } = createRequire(import.meta.url)("recheck/package.json");
const notebook = "node_modules/.tilewright/proven-expressions.json";
const proven = new Set(readNotebook());

const faults = [];
for await (const file of glob(sources)) {
  if (!isExempt.test(file)) faults.push(...faultsIn(file, readFileSync(file, "utf8")));
}
// A checker that finds nothing must be one that can.
if (faultsIn("planted.ts", String.raw`const planted = /^\s*name/m;`).length !== 1)
  faults.push("The checker is broken.");
mkdirSync(dirname(notebook), { recursive: true });
writeFileSync(notebook, JSON.stringify([...proven]));
if (faults.length > 0) {
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}

function readNotebook() {
  try {
    return JSON.parse(readFileSync(notebook, "utf8"));
  } catch {
    return [];
  }
}

function faultsIn(file, code) {
  const { program, errors } = parseSync(file, code);
  if (errors.length > 0) return [`${file}: ${errors[0].message}`];
  const nodes = [...nodesIn(program)];
  const texts = new Map(
    nodes.filter(({ type }) => type === "VariableDeclarator").map(({ id, init }) => [id.name, init]),
  );
  return nodes.flatMap((node) => {
    const expression = expressionOf(node, texts);
    if (!expression) return [];
    const { source, flags } = expression;
    const line = code.slice(0, node.start).split("\n").length;
    if (source === null) return [`${file}:${line}: an expression that can't be checked; put it together of literals`];
    const proof = `${version} /${source}/${flags}`;
    if (proven.has(proof)) return [];
    const { status, complexity } = checkSync(source, flags, search);
    if (status === "safe") {
      proven.add(proof);
      return [];
    }
    return [`${file}:${line}: /${source}/${flags} takes time out of proportion (${complexity?.summary ?? status})`];
  });
}

function* nodesIn(node) {
  if (Array.isArray(node)) for (const each of node) yield* nodesIn(each);
  else if (node !== null && typeof node === "object") {
    if (typeof node.type === "string") yield node;
    for (const each of Object.values(node)) yield* nodesIn(each);
  }
}

/** A literal, or what is made with `RegExp`; null for any other node. */
function expressionOf(node, texts) {
  if (node.type === "Literal" && node.regex) return { source: node.regex.pattern, flags: node.regex.flags };
  if (!["NewExpression", "CallExpression"].includes(node.type) || node.callee.name !== "RegExp") return null;
  const [source, flags] = node.arguments;
  return { source: textOf(source, texts), flags: flags ? (textOf(flags, texts) ?? "") : "" };
}

/** What a string is that is put together of literals; null for any other. */
function textOf(node, texts) {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "Identifier") return texts.has(node.name) ? textOf(texts.get(node.name), texts) : null;
  // The one tag there is, `String.raw`.
  const template = node?.type === "TaggedTemplateExpression" ? node.quasi : node;
  if (template?.type !== "TemplateLiteral") return null;
  const form = template === node ? "cooked" : "raw";
  const between = template.expressions.map((each) => textOf(each, texts));
  if (between.includes(null)) return null;
  return template.quasis.map(({ value }, i) => `${value[form]}${between[i] ?? ""}`).join("");
}
