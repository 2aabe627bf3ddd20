import "../end-in-a-sentence.ts";
import { misspeltSentence } from "@tilewright/core";
import { DiskObjectStore, openObjectStore } from "@tilewright/storage";
import { type Env, misspeltIn, readEnv } from "../env.ts";
import { type Check, type CheckedFinding, type Finding, runChecks } from "./check.ts";
import { directUploadChecks } from "./direct-upload-checks.ts";
import { diskChecks } from "./disk-checks.ts";
import { formatChecks } from "./format-checks.ts";
import { serviceChecks } from "./service-checks.ts";
import { storeChecks } from "./store-checks.ts";

const marks = { fine: "✓", doubtful: "!", broken: "✗" } as const;

const env = readEnv();
for (const misspelt of misspeltIn()) process.stdout.write(`! ${misspeltSentence(misspelt)}\n`);
const origins = process.argv.slice(2).map(originOf);
const counts = { fine: 0, doubtful: 0, broken: 0 };
for await (const finding of runChecks(await checksFor(env, origins))) {
  counts[finding.verdict] += 1;
  process.stdout.write(lineOf(finding));
}
process.stdout.write(`\n${verdictOn(counts)}\n`);
process.exit(counts.broken === 0 ? 0 : 1);

/** Everything that this machine and its store are asked, one group per line. */
async function checksFor(env: Env, origins: readonly string[]): Promise<Check[]> {
  const objects = await openObjectStore(env.STORAGE_URL, "signs nothing that is used", env.RESERVE_BYTES);
  const ownPages = [env.PUBLIC_URL ?? `http://${env.HOST}:${env.PORT}`, ...env.ALLOWED_ORIGINS];
  const pages = origins.length > 0 ? origins : ownPages;
  return [
    ...serviceChecks(env),
    ...storeChecks(objects),
    ...diskChecks(env, objects),
    ...(objects instanceof DiskObjectStore ? [] : directUploadChecks(objects, pages)),
    ...formatChecks,
  ];
}

/** @throws Error that says how an address of a page is given. */
function originOf(address: string): string {
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return new URL(address).origin;
  throw new Error(`${address} is no address of a page. Give it as in npm run doctor -- https://slides.example.org`);
}

/** No better than the worst that was found. */
function verdictOn({ doubtful, broken }: Readonly<Record<Finding["verdict"], number>>): string {
  if (broken > 0) return `${broken} of it must be put right first.`;
  return doubtful > 0 ? `It works, but ${doubtful} of it should be seen to.` : "Nothing stands in the way.";
}

function lineOf({ name, verdict, found, remedy }: CheckedFinding): string {
  const advice = remedy === undefined ? "" : `\n${remedy.replaceAll(/^/gm, "    ")}`;
  return `${marks[verdict]} ${name}\n  ${found}${advice}\n`;
}
