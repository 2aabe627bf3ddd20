import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Where what a job has published lies in the service's data. */
export async function publishedBy(jobId: string, file: string, dataDirectory: string): Promise<string> {
  const entries = await readdir(dataDirectory, { recursive: true, withFileTypes: true });
  const found = entries.find(({ name, parentPath }) => name === file && parentPath.includes(jobId));
  if (!found) throw new Error(`There is no ${file} of job ${jobId} in ${dataDirectory}.`);
  return join(found.parentPath, found.name);
}
