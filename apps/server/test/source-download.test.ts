import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createTestBucket } from "@tilewright/storage/testing";
import { parse as parseDisposition } from "content-disposition";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startTestServer, submit, type TestServer } from "./test-server.ts";

const bytes = Array.from({ length: 40_000 }, (_, index) => `line ${index} of the file\n`).join("");

describe.each(["disk", "S3"] as const)("the uploaded file, from %s", (kind) => {
  let server: TestServer;
  let address: string;
  let imageId: string;
  beforeAll(async () => {
    const bucket = kind === "S3" ? await createTestBucket() : null;
    for (const [name, value] of Object.entries(bucket?.environment ?? {})) vi.stubEnv(name, value);
    server = await startTestServer(bucket ? { STORAGE_URL: bucket.storageUrl } : {});
    ({ imageId } = await submit(server, "Größe 5 µm.tif", bytes));
    address = `${server.address}/images/${imageId}/source`;
  });
  afterAll(async () => {
    await server.stop();
    vi.unstubAllEnvs();
  });

  test("comes back byte by byte, under its name", async () => {
    const response = await fetch(address);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(bytes)));
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const disposition = parseDisposition(response.headers.get("content-disposition") ?? "");
    expect(disposition).toMatchObject({ type: "attachment", parameters: { filename: "Größe 5 µm.tif" } });
    expect(sha256Of(await response.text())).toBe(sha256Of(bytes));
  });

  test("goes on where it was interrupted, and is asked about without being sent", async () => {
    const head = await fetch(address, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe(String(Buffer.byteLength(bytes)));
    expect(await head.text()).toBe("");
    const etag = head.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);

    const rest = await fetch(address, { headers: { range: "bytes=500000-", "if-range": etag } });
    expect(rest.status).toBe(206);
    expect(rest.headers.get("content-range")).toBe(`bytes 500000-${bytes.length - 1}/${bytes.length}`);
    expect(await rest.text()).toBe(bytes.slice(500_000));
    const changed = await fetch(address, { headers: { range: "bytes=500000-", "if-range": '"another"' } });
    expect(changed.status).toBe(200);
    expect(await changed.text()).toBe(bytes);
    const beyond = await fetch(address, { headers: { range: "bytes=99999999-" } });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${bytes.length}`]);
    expect((await fetch(address, { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  test("is not there where there is no such slide, and not any more once it is deleted", async () => {
    for (const missing of ["01900000-0000-7000-8000-000000000000", "nothing", "%00"]) {
      const response = await fetch(`${server.address}/images/${missing}/source`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: expect.stringMatching(/_NOT_FOUND$/) } });
    }
    const slide = await submit(server, "gone.tif", "some bytes");
    await server.client.images.delete.mutate({ imageId: slide.imageId });
    const response = await fetch(`${server.address}/images/${slide.imageId}/source`);
    expect([response.status, await response.json()]).toMatchObject([404, { error: { code: "IMAGE_NOT_FOUND" } }]);
  });

  test("leaves under a name that harms nobody", async () => {
    const names = [
      "../../etc/passwd",
      "..\\run.bat",
      ".profile",
      'a"; filename=b.exe',
      "photo\u202Egpj.exe",
      "😀 %41.tif",
    ];
    for (const name of names) {
      const slide = await submit(server, name, "some bytes");
      const response = await fetch(`${server.address}/images/${slide.imageId}/source`, { method: "HEAD" });
      const { type, parameters } = parseDisposition(response.headers.get("content-disposition") ?? "");
      expect(type).toBe("attachment");
      expect(parameters["filename"]).toMatch(/^[^./\\\u202E"][^/\\\u202E"]*$/);
    }
  });
});

test("a file that is lost from the store is told as that", async () => {
  const server = await startTestServer();
  const { imageId } = await submit(server, "lost.tif", "some bytes");
  const folder = join(server.dataDirectory, "storage", "objects", "images", imageId);
  expect(await readdir(folder)).toContain("source");
  await rm(join(folder, "source"));
  const response = await fetch(`${server.address}/images/${imageId}/source`);
  expect([response.status, await response.json()]).toMatchObject([404, { error: { code: "OBJECT_NOT_FOUND" } }]);
  await server.stop();
});

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");
