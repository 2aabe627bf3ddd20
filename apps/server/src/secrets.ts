import { randomBytes, randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { z } from "zod";

const secret = z.string().min(16);
const Secrets = z.object({ workerToken: secret, signingSecret: secret });
export type Secrets = z.infer<typeof Secrets>;

/**
 * Reads the secrets kept in a file, or makes them up at the first start; only this user may read them.
 *
 * @param path in a folder that is there.
 * @throws Error the file is damaged, with what to do about it. Nothing weaker is ever used in its place.
 */
export async function loadSecrets(path: string): Promise<Secrets> {
  const kept = await readFile(path, "utf8").catch(unlessMissing);
  if (kept === null) {
    await makeUp(path);
    return loadSecrets(path);
  }
  const { data } = Secrets.safeParse(parse(kept));
  if (data) return data;
  throw new Error(
    `The secrets in ${path} are damaged. Bring the file back from a backup. Without one, delete it: new ones are made ` +
      "up at the next start, and workers elsewhere have to be given the new token.",
  );
}

/** Whole or not at all, and never over what is there: two servers may start at the same time. */
async function makeUp(path: string): Promise<void> {
  const made: Secrets = { workerToken: newSecret(), signingSecret: newSecret() };
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, JSON.stringify(made, null, 2), { mode: 0o600, flag: "wx", flush: true });
    await link(draft, path).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unlessMissing(error: unknown): null {
  if (codeOf(error) === "ENOENT") return null;
  throw error;
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined);

const newSecret = (): string => randomBytes(32).toString("base64url");
