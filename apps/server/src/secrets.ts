import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";

const Secrets = z.object({ workerToken: z.string(), signingSecret: z.string() });
export type Secrets = z.infer<typeof Secrets>;

/** Reads the secrets kept in a file, or makes them up at the first start; only this user may read them. */
export async function loadSecrets(path: string): Promise<Secrets> {
  await mkdir(dirname(path), { recursive: true });
  const made: Secrets = { workerToken: newSecret(), signingSecret: newSecret() };
  try {
    await writeFile(path, JSON.stringify(made, null, 2), { mode: 0o600, flag: "wx", flush: true });
    return made;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    return Secrets.parse(JSON.parse(await readFile(path, "utf8")));
  }
}

const newSecret = (): string => randomBytes(32).toString("base64url");
