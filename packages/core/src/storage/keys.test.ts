import { expect, test } from "vitest";
import { domainNames, jobDomains } from "../domains.ts";
import { attemptOf, attemptPrefix, imageOf, imageOfSource, installationKey, resultKey, sourceKey } from "./keys.ts";

const imageId = "0198c0de-0000-7000-8000-00000000000a";
const jobId = "0198c0de-0000-7000-8000-00000000000b";
const name = { imageId, jobId, attempt: 12 };
const place = jobDomains.tiling;

test("whose a source is stands in its key", () => {
  expect(imageOfSource(sourceKey(imageId))).toBe(imageId);
  expect(imageOf(sourceKey(imageId))).toBe(imageId);
  expect(attemptOf(sourceKey(imageId))).toBeNull();
});

test.each(domainNames)("of what an attempt of %s publishes, the key says which it was", (domain) => {
  for (const key of [resultKey(jobDomains[domain], name), `${attemptPrefix(jobDomains[domain], name)}anything/else`]) {
    expect(attemptOf(key)).toEqual({ domain, ...name });
    expect(imageOfSource(key)).toBeNull();
    expect(imageOf(key)).toBe(imageId);
  }
});

test("no two domains publish in the same place", () => {
  const folders = domainNames.map((domain) => jobDomains[domain].folder);
  expect(new Set(folders).size).toBe(folders.length);
});

// What is nobody's is removed by the sweep; what is not in our form must never be taken for that.
test.each([
  installationKey,
  attemptPrefix(place, name),
  `images/${imageId}/source/`,
  `images/${imageId}/source.bak`,
  `other/${sourceKey(imageId)}`,
  `images/${imageId.toUpperCase()}/source`,
  `images/../${imageId}/source`,
  resultKey({ ...place, folder: "unheardof" }, name),
  resultKey(place, { ...name, attempt: 0 }),
  resultKey(place, { ...name, attempt: 1.5 }),
  resultKey(place, { ...name, jobId: "no-job" }),
])("%s is no key of ours", (key) => expect(imageOf(key)).toBeNull());
