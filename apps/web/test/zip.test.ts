import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Entry, openPromise } from "yauzl";
import { zipParts, zipSizeBytes } from "../src/upload/choosing/zip.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tilewright-zip-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function entriesOf(path: string, contents: boolean): Promise<{ entry: Entry; content: Buffer | null }[]> {
  const zip = await openPromise(path, { lazyEntries: true });
  const entries: { entry: Entry; content: Buffer | null }[] = [];
  for await (const entry of zip.eachEntry()) {
    const content = contents ? await buffer(await zip.openReadStreamPromise(entry)) : null;
    entries.push({ entry, content });
  }
  return entries;
}

test("files lie in the ZIP as they are, under names of any script, with their sums", async () => {
  const named = [
    ["Schnitt Nº 7 – 標本.mrxs", "the picture"],
    ["Schnitt Nº 7 – 標本/Slidedat.ini", "[GENERAL]"],
    ["Schnitt Nº 7 – 標本/empty.dat", ""],
  ] as const;
  const entries = named.map(([path, text]) => ({ path, file: new File([text], path) }));
  const sums = named.map(([, text]) => crc32(text));
  const path = join(folder, "small.zip");
  const zip = new Blob(zipParts(entries, sums));
  expect(zip.size).toBe(zipSizeBytes(entries));
  await writeFile(path, zip.stream());
  const read = await entriesOf(path, true);
  expect(read.map(({ entry, content }) => [entry.fileName, String(content)])).toEqual(named.map((each) => [...each]));
  expect(read.map(({ entry }) => entry.crc32)).toEqual(sums);
});

/** Only its size is asked for. */
class HugeFile extends File {
  override get size(): number {
    return 3 * 2 ** 30;
  }
}

test("beyond 4 GiB sizes and places are told in 64 bits", async () => {
  const lengths = [3, 5, 3].map((GiB) => GiB * 2 ** 30);
  const files = lengths.map((size) => Object.defineProperty(new HugeFile([], "part"), "size", { value: size }));
  const entries = files.map((file, index) => ({ path: `slide/Data${index}.dat`, file }));
  const path = join(folder, "huge.zip");
  const file = await open(path, "w");
  let offset = 0;
  for (const part of zipParts(entries, [1, 2, 3])) {
    if (part instanceof File) {
      // Sparse: marked at its beginning alone.
      await file.write("mark", offset);
      offset += part.size;
    } else {
      await file.write(part, 0, part.length, offset);
      offset += part.length;
    }
  }
  await file.close();
  expect(offset).toBe(zipSizeBytes(entries));
  const read = await entriesOf(path, false);
  expect(read.map(({ entry }) => [entry.fileName, entry.uncompressedSize, entry.crc32])).toEqual(
    lengths.map((size, index) => [`slide/Data${index}.dat`, size, index + 1]),
  );
  const zip = await openPromise(path, { lazyEntries: true });
  for (const { entry } of read) {
    const [head] = await (await zip.openReadStreamPromise(entry)).take(1).toArray();
    expect(head.subarray(0, 4).toString()).toBe("mark");
  }
  zip.close();
});
