import "../end-in-a-sentence.ts";
import { misspeltSentence } from "@tilewright/core";
import { DiskObjectStore, openObjectStore } from "@tilewright/storage";
import { type Env, misspeltIn, readEnv } from "../env.ts";
import { type Check, type CheckedFinding, runChecks } from "./check.ts";
import { directUploadChecks } from "./direct-upload-checks.ts";
import { diskChecks } from "./disk-checks.ts";
import { formatChecks } from "./format-checks.ts";
import { storeChecks } from "./store-checks.ts";

const marks = { fine: "✓", doubtful: "!", broken: "✗" } as const;

const env = readEnv();
for (const misspelt of misspeltIn()) process.stdout.write(`! ${misspeltSentence(misspelt)}\n`);
const origins = process.argv.slice(2).map((address) => new URL(address).origin);
let broken = 0;
for await (const finding of runChecks(await checksFor(env, origins))) {
  broken += finding.verdict === "broken" ? 1 : 0;
  process.stdout.write(lineOf(finding));
}
process.stdout.write(broken === 0 ? "\nNothing stands in the way.\n" : `\n${broken} of it must be put right first.\n`);
process.exit(broken === 0 ? 0 : 1);

/** Everything that this machine and its store are asked, one group per line. */
async function checksFor(env: Env, origins: readonly string[]): Promise<Check[]> {
  const objects = await openObjectStore(env.STORAGE_URL, "signs nothing that is used");
  const pages = origins.length > 0 ? origins : [`http://${env.HOST}:${env.PORT}`];
  return [
    ...storeChecks(objects),
    ...(objects instanceof DiskObjectStore ? diskChecks(env.STORAGE_URL) : directUploadChecks(objects, pages)),
    ...formatChecks,
  ];
}

function lineOf({ name, verdict, found, remedy }: CheckedFinding): string {
  const advice = remedy === undefined ? "" : `\n${remedy.replaceAll(/^/gm, "    ")}`;
  return `${marks[verdict]} ${name}\n  ${found}${advice}\n`;
}
