import { expect, onTestFinished, test } from "vitest";
import { keepRunning } from "../src/embedded/keep-running.ts";
import type { Postmaster } from "../src/embedded/postmaster.ts";

const ended: Postmaster = { exited: Promise.resolve(), stop: async () => {} };
const end = Promise.withResolvers<void>();
const running: Postmaster = { exited: end.promise, stop: async () => end.resolve() };

test("a server that ends for want of room is started again for as long as that takes", async () => {
  const starts: string[] = [];
  const isUp = Promise.withResolvers<void>();
  const course = keepRunning(ended, {
    awaitRoom: async () => starts.length < 8,
    start: async () => {
      starts.push("start");
      if (starts.length < 9) throw new Error("No space left on device");
      return running;
    },
    onRestart: isUp.resolve,
    onGivenUp: () => isUp.reject(new Error("It was given up.")),
  });
  onTestFinished(() => course.stop());
  await isUp.promise;
  expect(starts).toHaveLength(9);
});
