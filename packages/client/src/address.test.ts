import { expect, test } from "vitest";
import { addressBelow } from "./address.ts";

test.each([
  ["http://127.0.0.1:8420", "http://127.0.0.1:8420/trpc"],
  ["http://127.0.0.1:8420/", "http://127.0.0.1:8420/trpc"],
  ["https://host/tilewright", "https://host/tilewright/trpc"],
  ["https://host/tilewright/", "https://host/tilewright/trpc"],
  ["https://host/tilewright?a=b#c", "https://host/tilewright/trpc"],
])("below %s", (baseUrl, address) => expect(addressBelow(baseUrl, "/trpc")).toBe(address));

test("a path never leads to another host", () => {
  expect(addressBelow("https://host/app", "//elsewhere.example/part?x=1")).toBe(
    "https://host/app/elsewhere.example/part?x=1",
  );
});
