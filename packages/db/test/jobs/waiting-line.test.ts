import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SeenLine } from "../../src/jobs/line.ts";
import { type Asker, WaitingLine } from "../../src/jobs/waiting-line.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const never = new AbortController().signal;

/** A line over messages in memory, by kind, which remembers what it was asked. */
function lineOver(due: Record<string, number> = {}, isNotified = true) {
  const source = { due, isNotified, isAway: false, nextDueInMs: null as number | null, held: [] as string[] };
  const looks: { kinds: readonly string[]; claimIds: readonly string[] }[] = [];
  const line = new WaitingLine({
    isNotified: () => source.isNotified,
    async look(asked): Promise<SeenLine> {
      looks.push(asked);
      if (source.isAway) throw new Error("The database is away.");
      const { nextDueInMs, held } = source;
      return { due: new Map(Object.entries(source.due)), nextDueInMs, held: new Set(held) };
    },
  });
  const answers: (boolean | string)[] = [];
  const wait = (asker: Asker & { readonly name?: string } = {}, timeoutMs = 60_000, signal = never) =>
    void line.wait(asker, timeoutMs, signal).then((answer) => answers.push(asker.name ?? answer));
  return { line, source, looks, answers, wait };
}

test.each([
  ["six looks a minute where notices come", true, 6],
  ["two a second where none do", false, 120],
])("a thousand who wait cost %s", async (_, isNotified, most) => {
  const { looks, answers, wait } = lineOver({}, isNotified);
  for (let i = 0; i < 1_000; i += 1) wait();
  await vi.advanceTimersByTimeAsync(59_900);
  expect(looks.length).toBe(most);
  await vi.advanceTimersByTimeAsync(100);
  expect(answers).toEqual(Array.from({ length: 1_000 }, () => false));
});

test("as many are woken as there is work for, those first who have waited longest", async () => {
  const { line, source, answers, wait } = lineOver();
  for (const name of ["a", "b", "c", "d"]) wait({ name });
  await vi.advanceTimersByTimeAsync(100);
  source.due = { "": 2 };
  line.announce();
  await vi.advanceTimersByTimeAsync(30);
  expect(answers).toEqual(["a", "b"]);
  source.due = {};
  await vi.advanceTimersByTimeAsync(60_000);
});

test("work goes to those who can do it, and work that nobody here can do is not asked for", async () => {
  const { line, source, looks, answers, wait } = lineOver();
  wait({ name: "balls", kinds: ["ball"] });
  wait({ name: "both", kinds: ["doll", "ball"] });
  wait({ name: "dolls", kinds: ["doll"] });
  await vi.advanceTimersByTimeAsync(100);
  expect(looks.at(-1)?.kinds).toEqual(["ball", "doll"]);
  source.due = { doll: 1 };
  line.announce();
  await vi.advanceTimersByTimeAsync(30);
  expect(answers).toEqual(["both"]);
  source.due = {};
  await vi.advanceTimersByTimeAsync(1_000);
  const before = looks.length;
  wait({ name: "balls again", kinds: ["ball"] });
  await vi.advanceTimersByTimeAsync(30);
  expect(looks.length, "nothing there is known").toBe(before);
  wait({ name: "cars", kinds: ["car"] });
  await vi.advanceTimersByTimeAsync(30);
  expect(looks.length, "nothing is known of cars").toBe(before + 1);
  await vi.advanceTimersByTimeAsync(60_000);
});

test("what was announced while nobody waited, or during a look, is looked for", async () => {
  const { line, source, looks, answers, wait } = lineOver();
  line.announce();
  wait({ name: "a" });
  await vi.advanceTimersByTimeAsync(0);
  line.announce();
  source.due = { "": 1 };
  await vi.advanceTimersByTimeAsync(30);
  expect([looks.length, answers]).toEqual([2, ["a"]]);
});

test("what is not due yet is looked for when it is", async () => {
  const { source, looks, answers, wait } = lineOver();
  source.nextDueInMs = 4_000;
  wait({ name: "a" });
  await vi.advanceTimersByTimeAsync(3_900);
  expect(looks).toHaveLength(1);
  Object.assign(source, { nextDueInMs: null, due: { "": 1 } });
  await vi.advanceTimersByTimeAsync(200);
  expect([looks.length, answers]).toEqual([2, ["a"]]);
});

test("work that was there and could not be had is looked for again soon", async () => {
  const { looks, wait } = lineOver({ "": 1 });
  wait();
  wait();
  await vi.advanceTimersByTimeAsync(400);
  expect(looks).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(looks).toHaveLength(2);
});

test("claims whose answers may be lost are looked for once, together with all others", async () => {
  const { source, looks, answers, wait } = lineOver();
  wait({ claimId: "one" });
  await vi.advanceTimersByTimeAsync(10);
  source.held = ["three"];
  wait({ claimId: "two" });
  wait({ claimId: "three", name: "lost" });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(looks.map(({ claimIds }) => claimIds)).toEqual([["one"], ["two", "three"]]);
  expect(answers).toEqual(["lost"]);
  await vi.advanceTimersByTimeAsync(60_000);
});

test("a database that is away wakes nobody, and is asked again", async () => {
  const { source, looks, answers, wait } = lineOver();
  source.isAway = true;
  wait({ name: "a", claimId: "one" });
  await vi.advanceTimersByTimeAsync(2_100);
  expect([looks.length, answers.length]).toEqual([5, 0]);
  Object.assign(source, { isAway: false, due: { "": 1 } });
  await vi.advanceTimersByTimeAsync(500);
  expect(looks.at(-1)?.claimIds).toEqual(["one"]);
  expect(answers).toEqual(["a"]);
});

test("whoever is gone is forgotten", async () => {
  const { looks, answers, wait } = lineOver({}, false);
  const gone = new AbortController();
  wait({}, 60_000, gone.signal);
  await vi.advanceTimersByTimeAsync(100);
  gone.abort();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([looks.length, answers]).toEqual([1, [false]]);
});
