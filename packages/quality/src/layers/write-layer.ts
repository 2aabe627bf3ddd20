import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What an `AnalysisLayer` says of its file. */
export interface WrittenFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export async function writeLayer(directory: string, file: string, content: string | Uint8Array): Promise<WrittenFile> {
  const bytes = Buffer.from(content);
  await writeFile(join(directory, file), bytes);
  return { file, sizeBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
