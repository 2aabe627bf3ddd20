/// <reference lib="webworker" />
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** What the worker tells: how far it is, and then the digest, or why the file can't be read. */
export type DigestNews = { readonly readBytes: number } | { readonly sha256: string } | { readonly problem: string };

const pieceBytes = 4 * 2 ** 20;

async function digestOf(file: File): Promise<string> {
  const hash = sha256.create();
  for (let start = 0; start < file.size; start += pieceBytes) {
    const piece = new Uint8Array(await file.slice(start, start + pieceBytes).arrayBuffer());
    hash.update(piece);
    tell({ readBytes: start + piece.length });
  }
  return bytesToHex(hash.digest());
}

const tell = (news: DigestNews): void => postMessage(news);

addEventListener("message", ({ data: file }: MessageEvent<File>) => {
  digestOf(file).then(
    (digest) => tell({ sha256: digest }),
    (error: unknown) => tell({ problem: String(error) }),
  );
});
