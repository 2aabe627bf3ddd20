import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publishOn } from "./published.ts";
import { startTestServer, submit, type TestServer } from "./test-server.ts";

let server: TestServer;
let jobId: string;
async function start(settings: Record<string, string>): Promise<void> {
  server = await startTestServer(settings);
  await submit(server);
  ({ jobId } = await publishOn(server));
}
afterAll(() => server.stop());

/** Asks as a proxy on this machine does, with headers that `fetch` would not send. */
async function ask(path: string, headers: Record<string, string>) {
  const { port } = new URL(server.address);
  const asking = request({ hostname: "127.0.0.1", port, path, headers });
  const [response] = (await once(asking.end(), "response")) as [IncomingMessage];
  const body = response.statusCode === 304 ? null : ((await json(response)) as Record<string, unknown>);
  response.resume();
  return { status: response.statusCode, etag: String(response.headers.etag), body };
}
const infoAt = (headers: Record<string, string>) => ask(`/iiif/${jobId}/info.json`, headers);

const forwarded = { "x-forwarded-host": "slides.example.org", "x-forwarded-proto": "https" };

describe("without a word about proxies", () => {
  beforeAll(() => start({}));
  afterAll(() => server.stop());

  test("what is said of other senders is not believed", async () => {
    const { port } = new URL(server.address);
    const { body } = await infoAt({ host: `localhost:${port}`, ...forwarded, "x-forwarded-for": "10.0.0.1" });
    expect(body).toMatchObject({ id: `http://localhost:${port}/iiif/${jobId}` });
  });
});

describe("with PUBLIC_URL", () => {
  beforeAll(() => start({ PUBLIC_URL: "https://slides.example.org:8443" }));
  afterAll(() => server.stop());

  test.each([
    { host: "127.0.0.1:8420" },
    { host: "slides.example.org:8443" },
    { host: "Slides.example.org." },
    { host: "localhost", "x-forwarded-host": "evil.example", "x-forwarded-proto": "gopher" },
  ])("addresses begin with it, whoever asks: %j", async (headers) => {
    const info = await infoAt(headers);
    expect(info.body).toMatchObject({ id: `https://slides.example.org:8443/iiif/${jobId}` });
    const { body } = await ask(`/xyz/${jobId}/tiles.json`, headers);
    expect(body?.["tiles"]).toEqual([`https://slides.example.org:8443/xyz/${jobId}/{z}/{x}/{y}.jpg?edge=filled`]);
    expect((await infoAt({ ...headers, "if-none-match": info.etag })).status).toBe(304);
  });

  test("its host needs no ALLOWED_HOSTS, and others still do", async () => {
    expect(await infoAt({ host: "slides.example.org.evil.example" })).toMatchObject({ status: 421 });
  });
});

describe("behind a proxy that is trusted", () => {
  beforeAll(() => start({ TRUST_PROXY: "loopback", ALLOWED_HOSTS: "slides.example.org, [fd00::1]" }));

  test.each([
    ["slides.example.org", "https", "https://slides.example.org"],
    ["slides.example.org:8443", "https", "https://slides.example.org:8443"],
    ["[fd00::1]:8443", "http", "http://[fd00::1]:8443"],
    // Of several, the last is what the nearest proxy has added.
    ["evil.example, slides.example.org", "gopher, https", "https://slides.example.org"],
  ])("asked for %s by %s, addresses begin with %s", async (host, proto, address) => {
    const headers = { host: "127.0.0.1", "x-forwarded-host": host, "x-forwarded-proto": proto };
    const info = await infoAt(headers);
    expect(info.body).toMatchObject({ id: `${address}/iiif/${jobId}` });
    const xyz = await ask(`/xyz/${jobId}/tiles.json`, headers);
    expect(xyz.body?.["tiles"]).toEqual([`${address}/xyz/${jobId}/{z}/{x}/{y}.jpg?edge=filled`]);
    // Who has the answer for another address does not have this one.
    const other = { ...headers, "x-forwarded-proto": proto.endsWith("https") ? "http" : "https" };
    expect((await infoAt({ ...other, "if-none-match": info.etag })).status).toBe(200);
    expect((await ask(`/xyz/${jobId}/tiles.json`, { ...other, "if-none-match": xyz.etag })).status).toBe(200);
  });

  test.each([
    ["127.0.0.1", "evil.example"],
    ["evil.example", "slides.example.org"],
    ["127.0.0.1", "slides.example.org, evil.example"],
    ["127.0.0.1", "slides.example.org:443:443"],
    ["127.0.0.1", "user@slides.example.org"],
    ["127.0.0.1", "https://slides.example.org"],
    ["127.0.0.1", "[fd00::1"],
    ["127.0.0.1", ","],
  ])("asked as %s for %j, it refuses", async (host, forwardedHost) => {
    const { status, body } = await infoAt({ host, "x-forwarded-host": forwardedHost });
    expect([status, body?.["error"]]).toEqual([421, expect.objectContaining({ code: "HOST_NOT_ALLOWED" })]);
  });

  test.each([
    ["slides.example.org", "gopher"],
    ["slides.example.org", "https://"],
    ["slides.example.org:99999", "https"],
  ])("of %s and %s no address can be made, and that is said", async (host, proto) => {
    const { status, body } = await infoAt({ host: "127.0.0.1", "x-forwarded-host": host, "x-forwarded-proto": proto });
    expect([status, body?.["error"]]).toEqual([
      400,
      expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining("X-Forwarded-Proto") }),
    ]);
  });
});
