import fastify from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { baseAddressAt } from "../src/http/base-address.ts";
import { createDecodingLimit } from "../src/http/decoding-limit.ts";
import { registerErrors } from "../src/http/errors.ts";
import { registerPyramids } from "../src/http/pyramids.ts";
import { makePyramid, publish } from "./published.ts";
import { createTestPorts, submit, type TestPorts } from "./test-ports.ts";

const app = fastify();
let own: TestPorts;
let jobId: string;
beforeAll(async () => {
  own = await createTestPorts();
  await submit(own);
  const made = await makePyramid();
  ({ jobId } = await publish(own, made, cutShort(made.bytes)));
  registerErrors(app);
  await registerPyramids(app, own.ports, { decode: createDecodingLimit(), baseAddress: baseAddressAt(undefined) });
});
afterAll(async () => {
  await app.close();
  await own.drop();
});

/** Every tile begins as it should, and ends soon after. */
function cutShort(pyramid: Buffer): Buffer {
  const scan = Buffer.from([0xff, 0xda]);
  const damaged = Buffer.from(pyramid);
  for (let at = pyramid.indexOf(scan); at >= 0; at = pyramid.indexOf(scan, at + 2)) {
    damaged.writeUInt16BE(0xffd9, at + 40);
  }
  return damaged;
}

test.each([
  ["a tile at the edge", () => `/pyramids/${jobId}_files/10/2_0.jpg`],
  ["a tile that is made", () => `/pyramids/${jobId}_files/7/0_0.jpg`],
  ["a part by IIIF", () => `/iiif/${jobId}/0,0,300,300/max/0/default.jpg`],
  ["a square tile for maps", () => `/xyz/${jobId}/2/2/0.jpg?edge=filled`],
  ["the thumbnail", () => `/pyramids/${jobId}/thumbnail.jpg`],
])("%s that can't be decoded is refused as damaged, and is no fault of the program", async (_, url) => {
  const response = await app.inject(url());
  expect([response.statusCode, response.json()]).toEqual([
    422,
    { error: expect.objectContaining({ code: "SOURCE_DAMAGED", message: expect.stringMatching(/damaged here/) }) },
  ]);
  expect(response.headers["cache-control"]).toBe("no-store");
});
