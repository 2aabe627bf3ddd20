import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./test-server.ts";

const friend = "https://atlas.example.org";
const stranger = "https://atlas.example.org.evil.example";
const id = "01900000-0000-7000-8000-000000000000";
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ ALLOWED_ORIGINS: `${friend}, http://localhost:5173` });
});
afterAll(() => server.stop());

const ask = (path: string, init: RequestInit = {}) => fetch(server.address + path, init);
/** As browsers ask before they send. */
const preflight = (path: string, origin: string, method: string) =>
  ask(path, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "content-type,x-proxy-user",
    },
  });

test.each([
  ["/trpc/images.list", "GET"],
  ["/trpc/uploads.create", "POST"],
  ["/uploads/parts/a/1", "PUT"],
  [`/images/${id}/source`, "GET"],
])("a page that is named may ask %s by %s", async (path, method) => {
  const before = await preflight(path, friend, method);
  expect(before.status).toBe(204);
  expect(Object.fromEntries(before.headers)).toMatchObject({
    "access-control-allow-origin": friend,
    "access-control-allow-credentials": "true",
    "access-control-allow-headers": "content-type,x-proxy-user",
    "access-control-allow-methods": expect.stringContaining(method),
    vary: "origin",
  });
  const answer = await ask(path, { method, headers: { origin: friend } });
  expect(answer.headers.get("access-control-allow-origin")).toBe(friend);
  expect(answer.headers.get("vary")).toMatch(/^origin/);
});

test.each([stranger, "null", "", "http://atlas.example.org"])("a page of %j may not", async (origin) => {
  const before = await preflight("/trpc/uploads.create", origin, "POST");
  expect([before.status, before.headers.get("access-control-allow-origin")]).toEqual([405, null]);
  const answer = await ask("/trpc/images.list", { headers: { origin } });
  expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, null]);
  // Or a cache would give it to those who may.
  expect(answer.headers.get("vary")).toMatch(/^origin, trpc-accept/);
});

test("one that is named reads refusals too, and uploads", async () => {
  const refused = await ask("/trpc/nothing.here", { headers: { origin: friend } });
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([404, friend]);
  const { parts, ...upload } = await opened();
  const part = await ask(parts[0]?.url ?? "", { method: "PUT", body: "x", headers: { origin: friend } });
  expect([part.status, part.headers.get("access-control-allow-origin"), upload.uploadId]).toEqual([
    200,
    friend,
    expect.any(String),
  ]);
});

async function opened() {
  const { uploadId } = await server.client.uploads.create.mutate({ fileName: "slide.tif", sizeBytes: 1 });
  return { uploadId, ...(await server.client.uploads.signParts.mutate({ uploadId, partNumbers: [1] })) };
}

test("pictures any page may read, and the page's own files none", async () => {
  for (const origin of [friend, stranger]) {
    const picture = await ask(`/iiif/${id}/full/max/0/default.jpg`, { headers: { origin } });
    expect(picture.headers.get("access-control-allow-origin")).toBe("*");
    expect(picture.headers.get("access-control-allow-credentials")).toBeNull();
  }
  expect((await ask("/", { headers: { origin: friend } })).headers.get("access-control-allow-origin")).toBeNull();
});
