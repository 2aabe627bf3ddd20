import { expect, test } from "vitest";
import { ConnectionError, connectionErrorOf, shownAddress } from "./connection-error.ts";

const address = "http://127.0.0.1:8420/trpc/images.list";

test("nobody who reads an address reads a signature", () => {
  expect(shownAddress("https://store/bucket/key?X-Amz-Signature=secret#part")).toBe("https://store/bucket/key");
});

test("why nobody answered is said as the system says it", () => {
  const refused = Object.assign(new Error("fetch failed"), { cause: { code: "ECONNREFUSED", message: "connect" } });
  expect(new ConnectionError("OUT_OF_REACH", { address, status: null, cause: refused }).message).toBe(
    `${address} is out of reach (ECONNREFUSED).`,
  );
  const nameless = Object.assign(new Error("fetch failed"), { cause: { code: "", message: "" } });
  expect(new ConnectionError("OUT_OF_REACH", { address, status: null, cause: nameless }).message).toContain(
    "(fetch failed)",
  );
  expect(new ConnectionError("OUT_OF_REACH", { address, status: null }).message).toBe(`${address} is out of reach.`);
});

test.each([
  [401, "credentials"],
  [407, "credentials"],
  [413, "no bodies of this size"],
  [200, "see whether the baseUrl is complete"],
  [404, "see whether the baseUrl is complete"],
])("what to do about somebody else's %d", (status, advice) => {
  expect(new ConnectionError("NOT_TILEWRIGHT", { address, status }).message).toContain(advice);
});

test("a redirect says where to, as far as that is known", () => {
  const to = (location: string | null) => new ConnectionError("NOT_TILEWRIGHT", { address, status: 302, location });
  expect(to("https://login.example").message).toContain("it points https://login.example");
  expect(to(null).message).toContain("it points elsewhere");
});

test("after some tries it is the same trouble, and says how often it was tried", () => {
  const cause = new Error("reset");
  const error = new ConnectionError("OUT_OF_REACH", { address, status: 502, cause }).after(9);
  expect(error).toMatchObject({ code: "OUT_OF_REACH", status: 502, attempts: 9, address, cause });
  expect(error.message).toMatch(/out of reach\. Tried 9 times\.$/);
});

test("it is found inside what a call threw", () => {
  const error = new ConnectionError("OUT_OF_REACH", { address, status: null });
  expect(connectionErrorOf(error)).toBe(error);
  expect(connectionErrorOf(new Error("a call failed", { cause: error }))).toBe(error);
  expect(connectionErrorOf(new Error("something else"))).toBeNull();
  expect(connectionErrorOf("text")).toBeNull();
});
