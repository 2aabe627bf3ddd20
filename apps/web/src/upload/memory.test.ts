import { expect, test } from "vitest";
import { createUploadMemory } from "./memory.ts";

const upload = { uploadId: "u-1", fileName: "a.tif", sizeBytes: 10, lastModified: 5 };

function storage(initial: string | null = null) {
  let value = initial;
  return {
    getItem: () => value,
    setItem: (_key: string, next: string) => {
      value = next;
    },
  };
}

test("what one page remembers another page lists", () => {
  const shared = storage();
  createUploadMemory(shared).remember(upload);
  expect(createUploadMemory(shared).list()).toEqual([upload]);
  createUploadMemory(shared).forget("u-1");
  expect(createUploadMemory(shared).list()).toEqual([]);
});

test("remembering twice is remembering once", () => {
  const memory = createUploadMemory(storage());
  memory.remember(upload);
  memory.remember(upload);
  expect(memory.list()).toHaveLength(1);
});

test.each(["not json", "null", "{}", '[null, 1, {"uploadId": 7}]'])("%s in the storage is nothing", (stored) =>
  expect(createUploadMemory(storage(stored)).list()).toEqual([]),
);

test("storage that throws, or is not there, costs the memory only", () => {
  const refuse = () => {
    throw new Error("blocked");
  };
  for (const memory of [createUploadMemory({ getItem: refuse, setItem: refuse }), createUploadMemory(null)]) {
    memory.remember(upload);
    expect(memory.list()).toEqual([]);
  }
});
