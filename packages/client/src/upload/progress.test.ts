import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { UploadMeter, type UploadProgress } from "./progress.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] }));
afterEach(() => vi.useRealTimers());

function meterOf({ totalBytes = 1_000, storedBytes = 0, seesBytesLeave = true } = {}) {
  const reports: UploadProgress[] = [];
  const meter = new UploadMeter({ totalBytes, storedBytes, seesBytesLeave, report: (each) => reports.push(each) });
  return { meter, reports, last: () => reports.at(-1) };
}

test("what is stored and what is on its way add up, and a part that comes twice counts once", () => {
  const { meter, last } = meterOf({ storedBytes: 200 });
  expect(last()).toMatchObject({ sentBytes: 200, bytesPerSecond: null, secondsLeft: null });
  vi.advanceTimersByTime(1_000);
  meter.sending(1, 100);
  meter.sending(2, 50);
  vi.advanceTimersByTime(1_000);
  meter.sending(1, 300);
  expect(last()).toMatchObject({ sentBytes: 550 });
  meter.stored(1, 400);
  expect(last()).toMatchObject({ sentBytes: 650 });
  // A part's frame may be larger than what it carries.
  meter.sending(2, 5_000);
  vi.advanceTimersByTime(1_000);
  meter.sending(2, 5_000);
  expect(last()).toMatchObject({ sentBytes: 1_000, secondsLeft: null });
  meter.stop();
});

test("the speed is that of the last five seconds", () => {
  const { meter, last } = meterOf({ totalBytes: 100_000 });
  for (let second = 1; second <= 20; second += 1) {
    vi.advanceTimersByTime(1_000);
    meter.sending(1, second <= 10 ? second * 100 : 1_000 + (second - 10) * 1_000);
  }
  expect(last()).toMatchObject({ sentBytes: 11_000, bytesPerSecond: 1_000, secondsLeft: 89 });
  meter.stop();
});

test("two seconds in which nothing leaves are told, and the next byte ends them", () => {
  const { meter, last } = meterOf();
  vi.advanceTimersByTime(500);
  meter.sending(1, 10);
  vi.advanceTimersByTime(1_900);
  expect(last()?.isStalled).toBe(false);
  vi.advanceTimersByTime(500);
  expect(last()).toMatchObject({ isStalled: true, bytesPerSecond: null, secondsLeft: null });
  meter.sending(1, 20);
  expect(last()).toMatchObject({ isStalled: false, sentBytes: 20 });
  meter.stop();
});

test("where bytes can't be seen leaving, silence means nothing", () => {
  const { meter, reports } = meterOf({ seesBytesLeave: false });
  vi.advanceTimersByTime(60_000);
  expect(reports.some(({ isStalled }) => isStalled)).toBe(false);
  meter.stop();
});

test("a part that is lost is not counted any more, and the speed is measured anew", () => {
  const { meter, last } = meterOf();
  vi.advanceTimersByTime(500);
  meter.sending(1, 300);
  meter.failed(1);
  expect(last()).toMatchObject({ sentBytes: 0, isStalled: true, bytesPerSecond: null });
  meter.stop();
});

test("a hundred reports a second would be noise", () => {
  const { meter, reports } = meterOf();
  for (let n = 1; n <= 100; n += 1) {
    vi.advanceTimersByTime(10);
    meter.sending(1, n);
  }
  expect(reports.length).toBeLessThanOrEqual(12);
  meter.stop();
});
