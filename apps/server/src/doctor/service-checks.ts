import { access } from "node:fs/promises";
import { join } from "node:path";
import { assertDurable } from "@tilewright/db";
import type { Env } from "../env.ts";
import { loadSecrets } from "../secrets.ts";
import type { Check } from "./check.ts";

/** What the service itself rests on beside its store. The embedded database looks after itself. */
export const serviceChecks = ({ DATABASE_URL: databaseUrl, DATA_DIRECTORY: directory }: Env): Check[] => [
  ...(databaseUrl === undefined ? [] : [{ name: "The database answers", run: () => databaseAnswers(databaseUrl) }]),
  { name: "The secrets can be read", run: () => secretsCanBeRead(join(directory, "secrets.json")) },
];

async function databaseAnswers(url: string) {
  await assertDurable(url);
  return { verdict: "fine", found: "It does, and keeps what it has acknowledged." } as const;
}

async function secretsCanBeRead(path: string) {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) await loadSecrets(path);
  return { verdict: "fine", found: isThere ? "They are whole." : "They are made up at the first start." } as const;
}
