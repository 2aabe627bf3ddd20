/// <reference lib="webworker" />
import { createCRC32, createSHA256, type IHasher } from "hash-wasm";

/** What to compute of each file, in hexadecimal. */
export interface DigestOrder {
  readonly kind: "sha256" | "crc32";
  readonly files: readonly File[];
}

/** What the worker tells: how far it is in all, and then the digests, or why a file can't be read. */
export type DigestNews =
  | { readonly readBytes: number }
  | { readonly digests: readonly string[] }
  | { readonly problem: string };

const pieceBytes = 4 * 2 ** 20;

async function digestsOf({ kind, files }: DigestOrder): Promise<string[]> {
  const hash = await (kind === "sha256" ? createSHA256() : createCRC32());
  const digests: string[] = [];
  let readBytes = 0;
  for (const file of files) {
    digests.push(
      await digestOf(file, hash, (pieceBytes) => {
        readBytes += pieceBytes;
        tell({ readBytes });
      }),
    );
  }
  return digests;
}

/** While one piece is hashed the next is read already. */
async function digestOf(file: File, hash: IHasher, onRead: (pieceBytes: number) => void): Promise<string> {
  const read = (start: number) => file.slice(start, start + pieceBytes).arrayBuffer();
  hash.init();
  let next = read(0);
  for (let start = 0; start < file.size; start += pieceBytes) {
    const piece = new Uint8Array(await next);
    if (start + pieceBytes < file.size) next = read(start + pieceBytes);
    hash.update(piece);
    onRead(piece.length);
  }
  return hash.digest();
}

const tell = (news: DigestNews): void => postMessage(news);

addEventListener("message", ({ data }: MessageEvent<DigestOrder>) => {
  digestsOf(data).then(
    (digests) => tell({ digests }),
    (error: unknown) => tell({ problem: String(error) }),
  );
});
