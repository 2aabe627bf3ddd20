import { expect, test } from "vitest";
import {
  attemptOf,
  attemptPrefix,
  imageOf,
  imageOfSource,
  installationKey,
  manifestKey,
  prefixOfManifest,
  previewKey,
  pyramidKey,
  sourceKey,
} from "./keys.ts";

const imageId = "0198c0de-0000-7000-8000-00000000000a";
const jobId = "0198c0de-0000-7000-8000-00000000000b";
const prefix = attemptPrefix(imageId, jobId, 12);

test("whose an object is stands in its key", () => {
  expect(imageOfSource(sourceKey(imageId))).toBe(imageId);
  for (const key of [manifestKey(prefix), previewKey(prefix), pyramidKey(prefix)]) {
    expect(attemptOf(key)).toEqual({ imageId, jobId, attempt: 12 });
    expect(imageOfSource(key)).toBeNull();
    expect(imageOf(key)).toBe(imageId);
  }
  expect(attemptOf(sourceKey(imageId))).toBeNull();
  expect(imageOf(sourceKey(imageId))).toBe(imageId);
});

test("a manifest leads to what lies beside it", () => {
  expect(prefixOfManifest(manifestKey(prefix))).toBe(prefix);
});

// What is nobody's is removed by the sweep; what is not in our form must never be taken for that.
test.each([
  installationKey,
  prefix,
  `images/${imageId}/source/`,
  `images/${imageId}/source.bak`,
  `other/${sourceKey(imageId)}`,
  `images/${imageId.toUpperCase()}/source`,
  `images/../${imageId}/source`,
  manifestKey(attemptPrefix(imageId, jobId, 0)),
  manifestKey(attemptPrefix(imageId, jobId, 1.5)),
  manifestKey(attemptPrefix(imageId, "no-job", 1)),
])("%s is no key of ours", (key) => expect(imageOf(key)).toBeNull());
