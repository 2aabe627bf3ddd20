import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestDatabase } from "@tilewright/db/testing";
import { S3ObjectStore } from "@tilewright/storage/s3";
import { createTestBucket, storageUrlOf, type TestBucket } from "@tilewright/storage/testing";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";

const program = fileURLToPath(new URL("../src/doctor/main.ts", import.meta.url));
let directory: string;
let bucket: TestBucket;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tilewright-doctor-"));
  bucket = await createTestBucket();
  for (const [name, value] of Object.entries(bucket.environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

/** Runs the program as `npm run doctor` does. */
function doctor(settings: Record<string, string>, ...args: string[]): Promise<{ code: number; said: string }> {
  const env = { DATA_DIRECTORY: directory, ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr });
    });
  });
}
const onS3 = (storageUrl = bucket.storageUrl) => ({ STORAGE_URL: storageUrl, ...bucket.environment });

test("a healthy disk store passes, and nothing of the examination stays", async () => {
  const { code, said } = await doctor({});
  expect(said).toMatch(/✓ A worker on this machine reads images\n {2}It reads JPEG, PNG, TIFF, .*(JPEG 2000|HEIC)/s);
  expect(said).toMatch(
    /There is room for slides\n {2}.* are free, and .* kept for the service; 0 bytes are promised to 0 open uploads/,
  );
  expect(said).toMatch(/Nothing stands in the way\.|It works, but 1 of it should be seen to\.$/m);
  expect(code).toBe(0);
  expect(await readdir(join(directory, "storage/uploads"))).toEqual([]);
  expect(await readdir(join(directory, "storage/objects"))).toEqual([]);
});

test("a disk without room is what stands in the way, and the last line says so", async () => {
  const { code, said } = await doctor({ RESERVE_BYTES: String(2 ** 50) });
  expect(said).toMatch(/✗ There is room for slides\n {2}.*Every upload is refused\.\n {4}Make room: delete slides/);
  expect(said).toMatch(/✗ There is room for the database/);
  expect(said).not.toContain("Nothing stands in the way");
  expect(said).toMatch(/\n[34] of it must be put right first\.\n$/);
  expect(code).toBe(1);
});

test("a database that is away, or secrets that are damaged, stand in the way of a start", async () => {
  const away = await doctor({ DATABASE_URL: "postgres://somebody:secret@127.0.0.1:1/slides" });
  expect(away).toMatchObject({
    code: 1,
    said: expect.stringMatching(/✗ The database answers\n {2}Can't connect to .*127/),
  });
  expect(away.said).not.toMatch(/secret@|Nothing stands in the way/);
  const own = await mkdtemp(join(directory, "damaged-"));
  await writeFile(join(own, "secrets.json"), "{");
  const damaged = await doctor({ DATA_DIRECTORY: own });
  expect(damaged).toMatchObject({
    code: 1,
    said: expect.stringMatching(/✗ The secrets can be read\n {2}.*secrets\.json/),
  });
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  expect((await doctor({ DATABASE_URL: url })).said).toContain("✓ The database answers");
});

test("without a word, it asks for the pages that the settings name", async () => {
  const named = { PUBLIC_URL: "https://slides.example.org", ALLOWED_ORIGINS: "https://atlas.example.org" };
  const { said } = await doctor({ ...onS3(), ...named });
  expect(said).toMatch(/A page at https:\/\/slides\.example\.org may send parts/);
  expect(said).toMatch(/A page at https:\/\/atlas\.example\.org may send parts/);
});

test("a folder that can't be one, and what is no address, are said with what to do", async () => {
  const file = join(directory, "a-file");
  await writeFile(file, "");
  const folder = await doctor({ DATA_DIRECTORY: join(file, "data") });
  expect(folder).toMatchObject({ code: 1, said: expect.stringMatching(/ can't be written .* Set DATA_DIRECTORY/) });
  expect(await doctor({}, "slides.example.org")).toMatchObject({
    code: 1,
    said: expect.stringContaining("slides.example.org is no address of a page"),
  });
});

test("a healthy bucket passes, and nothing of the examination stays", async () => {
  const { code, said } = await doctor(onS3(), "https://slides.example.org/library");
  expect(said).toContain("✓ A page at https://slides.example.org may send parts");
  expect(said).toContain("✓ Clocks agree");
  expect(said).not.toMatch(/^[!✗]/m);
  expect(code).toBe(0);
  const store = await S3ObjectStore.open({ url: new URL(bucket.storageUrl) });
  expect(await Array.fromAsync(store.list(""))).toEqual([]);
  expect(await Array.fromAsync(store.listMultiparts(""))).toEqual([]);
});

test("a bucket that keeps browsers out is told how to let them in", async () => {
  const { code, said } = await doctor(onS3((await createTestBucket({ cors: false })).storageUrl), "http://a.example");
  expect(code).toBe(1);
  expect(said).toContain("✗ A page at http://a.example may send parts");
  expect(said).toMatch(/put-bucket-cors[\s\S]*"AllowedOrigins": \[\s*"http:\/\/a\.example"/);
});

test("wrong credentials, an unknown bucket and a store that is away each have their sentence", async () => {
  const denied = await doctor({ ...onS3(), AWS_SECRET_ACCESS_KEY: "another" });
  expect(denied).toMatchObject({ code: 1, said: expect.stringMatching(/credentials/) });
  const { endpoint } = Object.fromEntries(new URL(bucket.storageUrl).searchParams);
  const unknown = await doctor(onS3(storageUrlOf("no-such-bucket", endpoint ?? "")));
  expect(unknown).toMatchObject({ code: 1, said: expect.stringMatching(/no such bucket/) });
  const away = await doctor(onS3(storageUrlOf("bucket", "http://127.0.0.1:1")));
  expect(away).toMatchObject({ code: 1, said: expect.stringMatching(/does not answer/) });
});

test("a store that lives in another time is found out", async () => {
  const { endpoint } = Object.fromEntries(new URL(bucket.storageUrl).searchParams);
  const late = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
    const { method = "GET", url = "/" } = request;
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(
        ([name]) => !/^(host|connection|content-length|transfer-encoding)$/.test(name),
      ),
    ) as Record<string, string>;
    const answer = await fetch(new URL(url, endpoint), {
      method,
      headers,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const date = new Date(Date.now() - 20 * 60_000).toUTCString();
    response.writeHead(answer.status, { date });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => late.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(late.address() as AddressInfo).port}`;
  const { said } = await doctor(onS3(`${bucket.storageUrl}&publicEndpoint=${encodeURIComponent(address)}`));
  late.close();
  expect(said).toMatch(/✗ Clocks agree\n {2}The clocks of store and server differ by 1[12]\d\d s/);
});
