import { TilewrightError } from "@tilewright/core";
import { expect, test } from "vitest";
import { askingBy, connectionErrorFor, refusalIn } from "./ask.ts";
import { ConnectionError } from "./connection-error.ts";

const address = "http://127.0.0.1:8420/trpc/images.list?input=private";

const asked = (answer: Response | Error, init: RequestInit = {}) =>
  askingBy({
    baseUrl: "http://127.0.0.1:8420",
    fetch: async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
  })(address, init);

const json = (body: unknown, status = 200) => Response.json(body, { status });

test.each([
  ["one answer", { result: { data: 1 } }],
  ["several in one", [{ result: { data: 1 } }, { error: { data: { tilewright: { code: "JOB_NOT_FOUND" } } } }]],
  ["a refusal by a procedure", { error: { data: { tilewright: { code: "JOB_NOT_FOUND" } } } }],
])("%s of a procedure is let through", async (_, body) => {
  const response = await asked(json(body));
  expect(await response.json()).toEqual(body);
});

test("a refusal before any procedure is thrown as what it is", async () => {
  const error = { code: "HOST_NOT_ALLOWED", message: "Not by that name.", details: { host: "a" } };
  await expect(asked(json({ error }, 421))).rejects.toMatchObject({ name: "TilewrightError", ...error });
});

test.each([
  ["a page", new Response("<!doctype html>", { status: 200 }), "NOT_TILEWRIGHT"],
  ["other JSON", json({ ok: true }), "NOT_TILEWRIGHT"],
  ["an empty list", json([]), "NOT_TILEWRIGHT"],
  ["JSON's null", json(null), "NOT_TILEWRIGHT"],
  ["another tRPC's error", json({ error: { data: { code: "UNAUTHORIZED" } } }, 401), "NOT_TILEWRIGHT"],
  ["a list with one stranger", json([{ result: {} }, "x"]), "NOT_TILEWRIGHT"],
  ["a redirect", new Response(null, { status: 302, headers: { location: "/login" } }), "NOT_TILEWRIGHT"],
  ["a gateway's page", new Response("Bad gateway", { status: 502 }), "OUT_OF_REACH"],
  ["nobody", new TypeError("fetch failed"), "OUT_OF_REACH"],
])("%s is not taken for an answer", async (_, answer, code) => {
  const error: unknown = await asked(answer).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).toMatchObject({ code, address: "http://127.0.0.1:8420/trpc/images.list" });
});

test("a line that is cut in the midst of an answer is trouble with the line", async () => {
  const cut = new ReadableStream({ pull: (controller) => controller.error(new Error("terminated")) });
  await expect(asked(new Response(cut))).rejects.toMatchObject({ code: "OUT_OF_REACH" });
});

test("whoever has given up is told so, and nothing of the line", async () => {
  const signal = AbortSignal.abort(new Error("given up"));
  await expect(asked(new TypeError("fetch failed"), { signal })).rejects.toThrow("given up");
});

test("redirects are left to the caller, whose headers would go along", async () => {
  let redirect: unknown;
  const fetch = async (_: unknown, init?: RequestInit) => {
    redirect = init?.redirect;
    return json({ result: {} });
  };
  await askingBy({ baseUrl: "http://127.0.0.1:8420", fetch })(address, { redirect: "follow" });
  expect(redirect).toBe("manual");
});

test.each([408, 425, 429, 500, 503, 599])("%d may pass", (status) => {
  expect(connectionErrorFor(status, "http://host/").code).toBe("OUT_OF_REACH");
});

test.each([200, 301, 400, 401, 404])("%d stays", (status) => {
  expect(connectionErrorFor(status, "http://host/").code).toBe("NOT_TILEWRIGHT");
});

test("only codes of ours are refusals", () => {
  expect(refusalIn({ error: { code: "SERVER_BUSY" } })).toEqual(new TilewrightError("SERVER_BUSY"));
  for (const body of [null, undefined, "text", 5, {}, { error: null }, { error: { code: "toString" } }]) {
    expect(refusalIn(body)).toBeNull();
  }
});
