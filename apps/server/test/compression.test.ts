import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publishOn } from "./published.ts";
import { startTestServer, submit, type TestServer } from "./test-server.ts";

const script = "console.log('a script of the page');\n".repeat(5_000);
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await compressed(join(server.dataDirectory, "web"));
});
afterAll(() => server.stop());

/** As the page's build does it. */
async function compressed(webDirectory: string): Promise<void> {
  const app = await mkdtemp(join(tmpdir(), "tilewright-web-"));
  const compress = fileURLToPath(new URL("../../web/scripts/compress.mjs", import.meta.url));
  await cp(compress, join(app, "scripts", "compress.mjs"));
  await mkdir(join(app, "dist", "assets"), { recursive: true });
  await writeFile(join(app, "dist", "assets", "main-1a2b3c.js"), script);
  await writeFile(join(app, "dist", "assets", "photo.png"), script);
  await writeFile(join(app, "dist", "index.html"), await readFile(join(webDirectory, "index.html")));
  await promisify(execFile)(process.execPath, [join(app, "scripts", "compress.mjs")]);
  await cp(join(app, "dist"), webDirectory, { recursive: true });
  await rm(app, { recursive: true });
}

/** As it is on the line: `fetch` would unpack it. */
function get(path: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: Buffer }>(
    (resolve, reject) => {
      request(server.address + path, { headers }, async (response) => {
        const body = Buffer.concat(await Array.fromAsync(response));
        resolve({ status: response.statusCode, headers: response.headers, body });
      })
        .once("error", reject)
        .end();
    },
  );
}

const address = "/assets/main-1a2b3c.js";

test.each([
  ["gzip, deflate, br", "br", brotliDecompressSync],
  ["gzip", "gzip", gunzipSync],
] as const)("the page's script is sent packed to who accepts %s", async (accepted, encoding, unpack) => {
  const { headers, body } = await get(address, { "accept-encoding": accepted });
  expect(headers).toMatchObject({
    "content-encoding": encoding,
    "content-type": expect.stringMatching(/^(?:text|application)\/javascript; charset=utf-8$/),
    "cache-control": "public, max-age=31536000, immutable",
    "content-length": String(body.length),
  });
  expect(String(headers["vary"]).toLowerCase()).toContain("accept-encoding");
  expect(unpack(body).toString()).toBe(script);
  expect(body.length).toBeLessThan(script.length / 20);
  const again = await get(address, { "accept-encoding": accepted, "if-none-match": String(headers["etag"]) });
  expect([again.status, again.body.length]).toEqual([304, 0]);
});

test("each form has an ETag of its own, and who accepts none gets it as it is", async () => {
  const plain = await get(address, { "accept-encoding": "identity" });
  expect(plain.body.toString()).toBe(script);
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(String(plain.headers["vary"]).toLowerCase()).toContain("accept-encoding");
  const etags = [
    plain,
    await get(address, { "accept-encoding": "br" }),
    await get(address, { "accept-encoding": "gzip" }),
  ];
  expect(new Set(etags.map(({ headers }) => headers["etag"])).size).toBe(3);
  expect((await get("/assets/photo.png", { "accept-encoding": "br" })).headers["content-encoding"]).toBeUndefined();
});

test("answers to calls are packed, and what is packed in calls is not unpacked", async () => {
  for (let n = 0; n < 5; n += 1) await submit(server);
  const { headers, body } = await get("/trpc/images.list", { "accept-encoding": "gzip, br" });
  expect(headers).toMatchObject({ "content-encoding": "br", vary: expect.stringMatching(/accept-encoding/i) });
  const { result } = JSON.parse(brotliDecompressSync(body).toString());
  expect(result.data.images).toHaveLength(5);
  const bomb = await fetch(`${server.address}/trpc/uploads.create`, {
    method: "POST",
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
    body: "{}",
  });
  expect(bomb.status).toBe(400);
});

test("a short answer, as of a poll, is sent as it is and in one piece", async () => {
  const { imageId } = await submit(server);
  const path = `/trpc/tiling.getStatus?input=${encodeURIComponent(JSON.stringify({ imageId }))}`;
  const { headers, body } = await get(path, { "accept-encoding": "gzip, br" });
  expect(headers["content-encoding"]).toBeUndefined();
  expect(headers).toMatchObject({ "content-length": String(body.length), "content-type": "application/json" });
  expect(JSON.parse(body.toString()).result.data).toMatchObject({ imageId, status: "PENDING" });
});

test("a batch that is asked for bit by bit comes so, packed or not", async () => {
  const asked = { "trpc-accept": "application/jsonl" };
  for (const encoding of ["identity", "br"]) {
    const { headers, body } = await get("/trpc/images.list?batch=1&input=%7B%7D", {
      ...asked,
      "accept-encoding": encoding,
    });
    expect(headers["content-length"]).toBeUndefined();
    const text = (encoding === "br" ? brotliDecompressSync(body) : body).toString();
    expect(text.trim().split("\n").length).toBeGreaterThan(1);
  }
});

test("pictures are never packed again", async () => {
  const { jobId } = await publishOn(server);
  for (const path of [`/pyramids/${jobId}_files/10/0_0.jpg`, `/iiif/${jobId}/full/max/0/default.jpg`]) {
    const { status, headers } = await get(path, { "accept-encoding": "gzip, br" });
    expect(status).toBe(200);
    expect(headers["content-encoding"]).toBeUndefined();
  }
});
