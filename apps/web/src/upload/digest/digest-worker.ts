/// <reference lib="webworker" />
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** What the worker answers: the digest, or why the file can't be read. */
export type DigestAnswer = { readonly sha256: string } | { readonly problem: string };

const pieceBytes = 4 * 2 ** 20;

async function digestOf(file: File): Promise<string> {
  const hash = sha256.create();
  for (let start = 0; start < file.size; start += pieceBytes) {
    hash.update(new Uint8Array(await file.slice(start, start + pieceBytes).arrayBuffer()));
  }
  return bytesToHex(hash.digest());
}

addEventListener("message", async ({ data: file }: MessageEvent<File>) => {
  const answer: DigestAnswer = await digestOf(file).then(
    (digest) => ({ sha256: digest }),
    (error: unknown) => ({ problem: String(error) }),
  );
  postMessage(answer);
});
