import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Where the pyramid that a job has published lies in the service's data. */
export async function pyramidOf(dataDirectory: string, jobId: string): Promise<string> {
  const entries = await readdir(dataDirectory, { recursive: true, withFileTypes: true });
  const found = entries.find(({ name, parentPath }) => name === "pyramid.tif" && parentPath.includes(jobId));
  if (!found) throw new Error(`There is no pyramid of job ${jobId} in ${dataDirectory}.`);
  return join(found.parentPath, found.name);
}
