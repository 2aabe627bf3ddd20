import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const ask = (path: string, init: RequestInit = {}) => fetch(server.address + path, init);
const navigation = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };
const id = "01900000-0000-7000-8000-000000000000";

/** What is written to a line as it is, and all that comes back. */
const answerTo = (request: string) =>
  new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(server.address);
    const chunks: Buffer[] = [];
    const line = connect(Number(port), hostname, () => line.write(request));
    line
      .on("data", (chunk) => chunks.push(chunk))
      .on("close", () => resolve(Buffer.concat(chunks).toString()))
      .on("error", reject);
  });

const oneForm = (code: string, requestId: unknown = expect.stringMatching(/^[0-9a-f-]{36}$/)) => ({
  error: { code, message: expect.stringMatching(/\.$/), details: expect.any(Object), requestId },
});

test.each(["/", "/slides/019a", "/slides/019a?x=1.5", "/slides/a.b/"])("%s is the page", async (path) => {
  const response = await ask(path);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(await response.text()).toContain("<title>Tilewright</title>");
});

test("a browser that goes to an unknown address gets the page, which says so; programs don't", async () => {
  expect(await (await ask("/anything/else", navigation)).text()).toContain("<title>Tilewright</title>");
  const response = await ask("/anything/else");
  expect([response.status, await response.json()]).toEqual([404, oneForm("NO_SUCH_ADDRESS")]);
});

test.each([
  ...["/trpc", "/trpc/a/b", "/api", "/api/v1/images", "/pyramids", "/pyramids/a/b/c/d/e", "/iiif", "/iiif/a/b"],
  ...[
    "/xyz",
    "/xyz/1/2",
    "/previews",
    "/previews/1",
    "/analyses/1",
    "/images",
    "/images/1/2/3",
    "/uploads",
    "/uploads/parts/1",
  ],
  ...[
    "/parts/1",
    "/metrics",
    "/healthz/x",
    "/readyz/x",
    "/assets/none.js",
    "/missing.js",
    "/favicon.png",
    "/.env",
    "/a/../.git",
  ],
])("%s is not there, for a browser neither", async (path) => {
  for (const init of [{}, navigation, { method: "POST" }]) {
    const response = await ask(path, init);
    expect([path, response.status, response.headers.get("content-type")]).toEqual([
      path,
      404,
      "application/json; charset=utf-8",
    ]);
    expect(await response.json()).toEqual(oneForm("NO_SUCH_ADDRESS"));
  }
});

test.each([
  ["POST", "/"],
  ["DELETE", "/slides/1"],
  ["POST", "/healthz"],
  ["POST", "/readyz"],
  ["PUT", "/trpc/images.list"],
  ["HEAD", "/trpc/images.list"],
  ["DELETE", `/images/${id}/source`],
  ["POST", `/pyramids/${id}/manifest.json`],
  ["PUT", `/pyramids/${id}_files/0/0_0.jpg`],
  ["DELETE", `/iiif/${id}/info.json`],
  ["GET", "/uploads/parts/a/1"],
  ["POST", "/uploads/parts/a/1"],
])("%s %s is refused by its method, whatever is in the body", async (method, path) => {
  const body = method === "GET" || method === "HEAD" ? null : "<any/>";
  const response = await ask(path, { method, body, headers: { "content-type": "application/xml" } });
  expect(response.status).toBe(405);
  if (method !== "HEAD") expect(await response.json()).toEqual(oneForm("METHOD_NOT_ALLOWED"));
  expect(response.headers.get("allow")).toMatch(/^(GET|PUT)/);
});

test("whatever is refused, by whomever, is refused in one form", async () => {
  const json = { "content-type": "application/json" };
  const answers = await Promise.all([
    ask(`/pyramids/${id}.dzi`),
    ask(`/iiif/${id}/full/max/0/default.jpg`),
    ask("/uploads/parts/a/1", { method: "PUT", body: "x" }),
    ask("/%zz"),
    ask(`/${"a".repeat(9_000)}`),
    ask("/trpc/uploads.create", { method: "POST", body: "a", headers: { "content-type": "text/csv" } }),
    ask("/trpc/uploads.create", { method: "POST", body: new FormData() }),
    ask("/trpc/uploads.create", { method: "POST", body: `"${"a".repeat(300_000)}"`, headers: json }),
  ]);
  const seen = await Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]));
  expect(seen).toEqual([
    [404, oneForm("JOB_NOT_FOUND")],
    [404, oneForm("JOB_NOT_FOUND")],
    [403, oneForm("PART_URL_INVALID")],
    [400, oneForm("INVALID_INPUT")],
    [414, oneForm("REQUEST_TOO_LARGE")],
    [415, oneForm("MEDIA_TYPE_NOT_TAKEN")],
    [415, oneForm("MEDIA_TYPE_NOT_TAKEN")],
    [413, oneForm("REQUEST_TOO_LARGE")],
  ]);
});

test("what is no request at all is refused in the same form", async () => {
  const [head = "", body = ""] = (await answerTo("NONSENSE\r\n\r\n")).split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
  expect(JSON.parse(body)).toEqual(oneForm("INVALID_INPUT", null));
  const large = await answerTo(`GET / HTTP/1.1\r\nHost: localhost\r\nx: ${"a".repeat(20_000)}\r\n\r\n`);
  expect(large).toMatch(/^HTTP\/1.1 431 /);
  expect(JSON.parse(large.split("\r\n\r\n")[1] ?? "")).toEqual(oneForm("REQUEST_TOO_LARGE", null));
});

test.each([
  ["/healthz", "localhost", 200],
  ["http://localhost/healthz", "localhost", 200],
  ["http://localhost", "localhost", 200],
  ["http://localhost?x=1", "elsewhere.example", 200],
  ["HTTP://localhost:1/healthz", "elsewhere.example", 200],
  ["http://elsewhere.example/healthz", "localhost", 421],
  ["http://localhost@elsewhere.example/healthz", "localhost", 421],
  ["/healthz", "localhost\r\nHost: elsewhere.example", 421],
  ["/healthz", "elsewhere.example\r\nHost: localhost", 421],
  ["/healthz", "localhost\r\nX-Forwarded-Host: elsewhere.example", 200],
  ["/healthz", "user@localhost", 421],
  ["/healthz", "localhost:", 200],
  ["/healthz", "", 421],
])("%s for host %j is answered with %i", async (target, host, status) => {
  const answer = await answerTo(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test("who names no host at all is refused in the same form", async () => {
  const [head = "", body = ""] = (await answerTo("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")).split(
    "\r\n\r\n",
  );
  expect(head).toMatch(/^HTTP\/1.1 421 /);
  expect(JSON.parse(body)).toEqual(oneForm("HOST_NOT_ALLOWED"));
});

test("a viewer that asks with the whole address gets what others get", async () => {
  const answer = await answerTo(
    `GET http://localhost/pyramids/${id}.dzi HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 404 /);
  expect(answer).toMatch(/^access-control-allow-origin: \*\r$/m);
});

test.each([
  ["/trpc/nothing.here", 404, "NO_SUCH_ADDRESS"],
  ["/trpc/uploads.create", 405, "METHOD_NOT_ALLOWED"],
  ["/trpc/images.get?input=%7B", 400, "INVALID_INPUT"],
  ["/trpc/images.list?connectionParams=%7B", 400, "INVALID_INPUT"],
  ["/trpc/images.get?input=%7B%7D", 400, "INVALID_INPUT"],
  [`/trpc/images.get?input=${encodeURIComponent(JSON.stringify({ imageId: id }))}`, 404, "IMAGE_NOT_FOUND"],
])("tRPC says the same beside its own words: %s", async (path, status, code) => {
  const response = await ask(path);
  const { error } = await response.json();
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(error.data.tilewright).toMatchObject({ code, details: {} });
  expect(error.message).not.toMatch(/Unexpected|SyntaxError/);
});

test.each([
  [`/pyramids/${id}.dzi`, 404],
  [`/pyramids/${id}_files/0/0_0.jpg`, 404],
  ["/pyramids/nothing", 404],
  [`/images/${id}.dzi`, 404],
  [`/iiif/${id}`, 303],
  [`/iiif/${id}/full/max/0/default.jpg`, 404],
  [`/xyz/${id}/tiles.json`, 404],
  [`/previews/${id}/1/0/0_0.jpg`, 404],
  [`/pyramids/${id}/thumbnail.jpg`, 404],
])("pages elsewhere may see what %s answers", async (path, status) => {
  const response = await ask(path, { redirect: "manual", headers: { origin: "https://elsewhere.example" } });
  expect(response.status).toBe(status);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  const wrong = await ask(path, { method: "DELETE" });
  expect([405, 404]).toContain(wrong.status);
  expect(wrong.headers.get("access-control-allow-origin")).toBe("*");
  const preflight = await ask(path, {
    method: "OPTIONS",
    headers: { "access-control-request-method": "GET", "access-control-request-headers": "range" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toBe("*");
});

test("pages elsewhere may not call, nor take the files", async () => {
  for (const path of ["/trpc/images.list", `/images/${id}/source`, "/", "/healthz"]) {
    expect((await ask(path)).headers.get("access-control-allow-origin")).toBeNull();
  }
});
