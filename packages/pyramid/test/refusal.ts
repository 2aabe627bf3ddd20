import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import { PyramidError, type WriteOptions, writePyramid } from "../src/index.ts";

/** Whatever the reason, it is a plain sentence, and nothing of the target is left. */
export const refusalIn = (path: (name: string) => string) =>
  async function refusal(name: string, options: WriteOptions = {}): Promise<PyramidError> {
    const error = await writePyramid(path(name), path(`${name}.out`), options).then(
      () => expect.fail(`${name} was accepted`),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(PyramidError);
    expect((await readdir(path("."))).filter((entry) => entry.startsWith(`${name}.out`))).toEqual([]);
    const { message } = error as PyramidError;
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(message).not.toMatch(/vips(?!-tools)|\/|\n/i);
    return error as PyramidError;
  };
