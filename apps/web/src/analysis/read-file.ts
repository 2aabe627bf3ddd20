/** Why a file of an analysis is of no use, as a sentence for people. */
export class AnalysisFileError extends Error {
  /** Whether asking again may help. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing: boolean) {
    super(message);
    this.name = "AnalysisFileError";
    this.isPassing = isPassing;
  }
}

/**
 * Reads a file that an analysis has published. It is a stranger's: no more than `mostBytes` are taken of it.
 *
 * @throws AnalysisFileError it is gone, too long, or out of reach.
 */
export async function readBytes(url: string, mostBytes: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new AnalysisFileError("The server cannot be reached.", true);
  });
  if (response.status === 404 || response.status === 410)
    throw new AnalysisFileError("It is not there any more.", false);
  if (!response.ok) throw new AnalysisFileError(`The server could not give it (${response.status}).`, true);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > mostBytes) throw new AnalysisFileError("It is longer than it may be.", false);
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/**
 * The same for JSON, read by `parse`.
 *
 * @throws AnalysisFileError as above, or it is not what it should be.
 */
export async function readJson<Value>(
  url: string,
  mostBytes: number,
  signal: AbortSignal,
  parse: (json: unknown) => Value,
): Promise<Value> {
  const bytes = await readBytes(url, mostBytes, signal);
  try {
    return parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    throw new AnalysisFileError("It is damaged, or of a form that this page does not know.", false);
  }
}
