import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { type ConnectionError, createTilewrightClient, type TilewrightClient } from "@tilewright/client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { keyHeaders, type PrefixProxy, page, startPrefixProxy } from "./prefix-proxy.ts";
import { claim, publishManifest, pyramid, startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer;
let proxy: PrefixProxy;
let client: TilewrightClient;
beforeAll(async () => {
  server = await startTestServer();
  proxy = await startPrefixProxy(server);
  client = createTilewrightClient({ baseUrl: proxy.baseUrl, headers: async () => keyHeaders });
});
afterEach(() => {
  proxy.instead = null;
  proxy.seen.length = 0;
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

const thrownBy = (call: Promise<unknown>): Promise<ConnectionError> =>
  call.then(
    () => Promise.reject(new Error("Nothing was thrown.")),
    (error: ConnectionError) => error,
  );

const nowhere = "01990000-0000-7000-8000-000000000000";

test("behind a proxy with a path and a key of its own everything is reached, parts and descriptors too", async () => {
  const { imageId, jobId } = await client.uploadImage(new Blob(["one"]), { fileName: "one.tif" });
  const { attempt, outputPrefix } = await claim(server);
  const metadataPath = await publishManifest(server, outputPrefix);
  await server.worker.tiling.markComplete.mutate({ jobId, attempt, metadataPath, pyramid });
  expect(await client.waitUntilReady(imageId)).toMatchObject({ status: "COMPLETED" });
  expect(proxy.seen.filter((each) => each.startsWith("PUT"))).toEqual([
    expect.stringMatching(/^PUT \/behind\/a\/proxy\/uploads\/parts\//),
  ]);
  expect(client.dziUrl(jobId)).toBe(`${proxy.baseUrl}pyramids/${jobId}.dzi`);
  const withoutSlash = createTilewrightClient({ baseUrl: proxy.baseUrl.slice(0, -1) });
  expect(withoutSlash.dziUrl(jobId)).toBe(client.dziUrl(jobId));
});

test("a fetch of one's own makes all requests to the server", async () => {
  const asked: string[] = [];
  const own: typeof fetch = (input, init) => {
    asked.push(`${init?.method} ${new URL(String(input)).pathname}`);
    return fetch(input, init);
  };
  const direct = createTilewrightClient({ baseUrl: server.address, fetch: own });
  await direct.uploadImage(new Blob(["two"]), { fileName: "two.tif" });
  expect(asked).toEqual([
    "POST /trpc/uploads.create",
    "POST /trpc/uploads.signParts",
    expect.stringMatching(/^PUT \/uploads\/parts\//),
    "POST /trpc/uploads.complete",
  ]);
});

test.each([
  [401, "wants credentials"],
  [403, "wants credentials"],
  [404, "baseUrl is complete"],
  [200, "baseUrl is complete"],
])("somebody else's answer %i ends a wait and an upload at once, with address and status", async (status, advice) => {
  proxy.instead = (_request, response) => page(response, status);
  for (const call of [
    () => client.waitUntilReady(nowhere),
    () => client.uploadImage(new Blob(["three"]), { fileName: "three.tif" }),
  ]) {
    proxy.seen.length = 0;
    const error = await thrownBy(call());
    expect(error).toMatchObject({ code: "NOT_TILEWRIGHT", status, attempts: 1 });
    expect(error.address).toMatch(new RegExp(`^${proxy.baseUrl}trpc/`));
    expect(error.message).toContain(error.address);
    expect(error.message).toContain(advice);
    expect(proxy.seen).toHaveLength(1);
  }
});

test.each([
  ["JSON of somebody else", 404, '{"error":"no route"}'],
  ["JSON of somebody else", 401, '{"error":{"code":-32001,"message":"UNAUTHORIZED"}}'],
  ["half of nothing", 200, ""],
])("%s is not taken for the server's (%i)", async (_what, status, body) => {
  proxy.instead = (_request, response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(body);
  await expect(client.waitUntilReady(nowhere)).rejects.toMatchObject({ code: "NOT_TILEWRIGHT", status });
});

test("a redirect is not followed, and the headers go nowhere else", async () => {
  const received: IncomingHttpHeaders[] = [];
  const elsewhere = createServer((request, response) => {
    received.push(request.headers);
    response.end();
  }).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/sign-in`;
  proxy.instead = (_request, response) => page(response, 302, { location });
  const error = await thrownBy(client.waitUntilReady(nowhere));
  expect(error).toMatchObject({ code: "NOT_TILEWRIGHT", status: 302 });
  expect(error.message).toContain(location);
  expect(received).toEqual([]);
  elsewhere.close();
});

test("the headers are not sent to an object store", async () => {
  const received: IncomingHttpHeaders[] = [];
  const store = createServer((request, response) => {
    received.push(request.headers);
    request.resume().on("end", () => response.writeHead(403).end("<Error><Code>SignatureDoesNotMatch</Code></Error>"));
  }).listen(0, "127.0.0.1");
  await once(store, "listening");
  const url = `http://127.0.0.1:${(store.address() as AddressInfo).port}/bucket/key?X-Amz-Signature=secret`;
  const signing: typeof fetch = async (input, init) => {
    if (!String(input).endsWith("/uploads.signParts")) return fetch(input, init);
    const part = { partNumber: 1, url, sizeBytes: 4, expiresAt: new Date().toISOString() };
    return Response.json({ result: { data: { parts: [part] } } });
  };
  const stored = createTilewrightClient({ baseUrl: proxy.baseUrl, headers: keyHeaders, fetch: signing });
  const error = await thrownBy(stored.uploadImage(new Blob(["four"]), { fileName: "four.tif" }));
  expect(error).toMatchObject({ code: "STORE_REFUSED", status: 403, attempts: 3 });
  expect(error.message).not.toContain("secret");
  expect(received).toHaveLength(3);
  for (const headers of received) expect(headers).not.toHaveProperty("x-key");
  store.close();
});

test("a part that is hopeless is given up at once", async () => {
  proxy.instead = null;
  const before: PrefixProxy["instead"] = (request, response) =>
    request.resume().on("end", () => page(response, 413)) && undefined;
  const own: typeof fetch = (input, init) => {
    proxy.instead = init?.method === "PUT" ? before : null;
    return fetch(input, init);
  };
  const limited = createTilewrightClient({ baseUrl: proxy.baseUrl, headers: keyHeaders, fetch: own });
  const error = await thrownBy(limited.uploadImage(new Blob(["five"]), { fileName: "five.tif" }));
  expect(error).toMatchObject({ code: "NOT_TILEWRIGHT", status: 413, attempts: 1 });
  expect(error.message).toContain("takes no bodies of this size");
});

test("what is out of reach for a while is tried again, and leaves no listener behind", async () => {
  const { imageId } = await client.uploadImage(new Blob(["six"]), { fileName: "six.tif" });
  const bad = [502, 503, 504, 429];
  proxy.instead = (request, response) => {
    const status = bad.shift();
    if (status !== undefined) return page(response, status);
    proxy.instead = null;
    request.socket.destroy();
  };
  const { signal } = new AbortController();
  let [added, removed] = [0, 0];
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    added += 1;
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    removed += 1;
    removeEventListener.apply(signal, given);
  };
  let polls = 0;
  const waiting = client.waitUntilReady(imageId, {
    signal,
    onStatus: () => {
      polls += 1;
      if (polls === 2) void server.client.tiling.getStatus.query({ imageId }).then(cancel);
    },
  });
  const cancel = ({ jobId }: { jobId: string }) => server.client.tiling.cancel.mutate({ jobId });
  await expect(waiting).rejects.toMatchObject({ name: "TilingFailedError" });
  expect(proxy.seen.filter((each) => each.includes("getStatus")).length).toBeGreaterThanOrEqual(8);
  expect(added).toBe(1);
  expect(removed).toBe(1);
});

test("a wait ends after the time that it was given, and says what the last news was", async () => {
  const { imageId } = await client.uploadImage(new Blob(["seven"]), { fileName: "seven.tif" });
  const waiting = client.waitUntilReady(imageId, { timeoutMs: 300 });
  await expect(waiting).rejects.toMatchObject({
    name: "WaitTimeoutError",
    timeoutMs: 300,
    lastStatus: { status: "PENDING" },
    message: expect.stringContaining("PENDING"),
  });
  // Somebody who takes the question and never answers.
  proxy.instead = () => {};
  await expect(client.waitUntilReady(imageId, { timeoutMs: 300 })).rejects.toMatchObject({ lastStatus: null });
});

test("an abort ends a wait with its own reason", async () => {
  const { imageId } = await client.uploadImage(new Blob(["eight"]), { fileName: "eight.tif" });
  const stop = new AbortController();
  const reason = new Error("changed my mind");
  const waiting = client.waitUntilReady(imageId, { signal: stop.signal, onStatus: () => stop.abort(reason) });
  await expect(waiting).rejects.toBe(reason);
});
