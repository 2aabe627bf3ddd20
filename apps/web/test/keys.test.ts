import type { CDPSession, Page } from "playwright-core";
import { expect, test } from "vitest";
import { useBrowser, type Visit, visit } from "./visit.ts";

useBrowser();

const patience = { timeout: 30_000 };

const start = { x: "3000", y: "2000", zoom: "0.5" };

const searchOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

const isRendered = (page: Page) => page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor();

/** A viewer at `place` whose image has the focus. */
async function look(place: Readonly<Record<string, string>> = start): Promise<Visit> {
  const seen = await visit();
  const { imageId, jobId } = seen.server.world.addImage("slide.svs");
  seen.server.world.complete(jobId);
  await seen.page.goto(`/slides/${imageId}?${new URLSearchParams(place)}`);
  await isRendered(seen.page);
  await seen.page.getByRole("application").focus();
  return seen;
}

/** Waits until the address has come to rest at a place. */
const expectPlace = (page: Page, place: Readonly<Record<string, string>>) =>
  expect.poll(() => searchOf(page), patience).toEqual(place);

test("each key does what it says, on the main keys and the number pad", async () => {
  const { page } = await look();
  for (const [key, change] of [
    ["+", { zoom: "1" }],
    ["-", {}],
    ["Equal", { zoom: "1" }],
    ["_", {}],
    ["NumpadSubtract", { zoom: "0.25" }],
    ["NumpadAdd", {}],
    ["r", { rotation: "90" }],
    ["Shift+R", {}],
    ["ArrowRight", { x: "3120" }],
    ["ArrowLeft", {}],
    ["ArrowUp", { y: "1880" }],
    ["ArrowDown", {}],
    ["1", { zoom: "1" }],
  ] as const) {
    await page.keyboard.press(key);
    await expectPlace(page, { ...start, ...change });
  }
});

test("arrows follow the screen, whichever way the image is turned", async () => {
  const { page } = await look({ ...start, rotation: "90" });
  await page.keyboard.press("ArrowRight");
  await expectPlace(page, { ...start, y: "1880", rotation: "90" });
});

test("a key does what its button does", async () => {
  const turned = { x: "1500", y: "900", zoom: "2", rotation: "90" };
  const { page } = await look(turned);
  const slide = page.url();
  for (const [key, button] of [
    ["+", "Zoom in"],
    ["-", "Zoom out"],
    ["0", "Whole image"],
    ["1", "Actual size"],
    ["Shift+R", "Rotate left"],
    ["r", "Rotate right"],
  ] as const) {
    await page.goto(slide);
    await isRendered(page);
    await page.getByRole("application").focus();
    await page.keyboard.press(key);
    await expect.poll(() => searchOf(page), patience).not.toEqual(turned);
    const byKey = searchOf(page);
    await page.goto(slide);
    await isRendered(page);
    await page.getByRole("button", { name: button }).click();
    await expectPlace(page, byKey);
  }
});

test("no other key changes the image or its place, and nothing mirrors it", async () => {
  const { page } = await look();
  const canvas = page.getByRole("application");
  const before = await canvas.screenshot();
  for (const key of ["f", "Shift+F", "w", "a", "s", "d", "j", "k", "Shift+W", "h", "Control+0", "Alt+r"]) {
    await page.keyboard.press(key);
  }
  expect((await canvas.screenshot()).equals(before)).toBe(true);
  await page.keyboard.press("ArrowRight");
  await expectPlace(page, { ...start, x: "3120" });
});

async function type(session: CDPSession, key: string, code: string, modifiers = 0): Promise<void> {
  await session.send("Input.dispatchKeyEvent", { type: "keyDown", key, code, modifiers });
  await session.send("Input.dispatchKeyEvent", { type: "keyUp", key, code, modifiers });
}

const shift = 8;

test("keys are found on the keyboards of other languages", async () => {
  const { page } = await look();
  const session = await page.context().newCDPSession(page);
  for (const [layout, key, code, modifiers, change] of [
    ["German: plus has a key of its own", "+", "BracketRight", 0, { zoom: "1" }],
    ["German: minus", "-", "Slash", 0, {}],
    ["French: one without Shift", "&", "Digit1", 0, { zoom: "1" }],
    ["German: minus", "-", "Slash", 0, {}],
    ["French: one with Shift", "1", "Digit1", shift, { zoom: "1" }],
    ["Russian: the key of R", "к", "KeyR", 0, { zoom: "1", rotation: "90" }],
    ["Russian: the key of R with Shift", "К", "KeyR", shift, { zoom: "1" }],
    ["Dvorak: R", "r", "KeyO", 0, { zoom: "1", rotation: "90" }],
    ["Dvorak: P where R is elsewhere", "p", "KeyR", 0, { zoom: "1", rotation: "90" }],
    ["Caps Lock: R without Shift", "R", "KeyR", 0, { zoom: "1", rotation: "180" }],
  ] as const) {
    await type(session, key, code, modifiers);
    await expect.poll(() => searchOf(page), { ...patience, message: layout }).toEqual({ ...start, ...change });
  }
});
