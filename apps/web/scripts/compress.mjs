// Compresses what the build has made, once and as well as it can be: the server sends the .br or .gz beside a file.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

const folder = fileURLToPath(new URL("../dist", import.meta.url));
const isText = /\.(?:css|html|js|json|svg|txt|webmanifest)$/;
const encoders = { br: promisify(brotliCompress), gz: (bytes) => promisify(gzip)(bytes, { level: 9 }) };

for (const name of (await readdir(folder, { recursive: true })).filter((each) => isText.test(each))) {
  const bytes = await readFile(join(folder, name));
  for (const [ending, encode] of Object.entries(encoders)) {
    const compressed = await encode(bytes);
    if (compressed.length < bytes.length) await writeFile(join(folder, `${name}.${ending}`), compressed);
  }
}
