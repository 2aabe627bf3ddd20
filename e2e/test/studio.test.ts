import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createTestDatabase } from "@tilewright/db/testing";
import { launchBrowser } from "@tilewright/web/testing/browser";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "./free-port.ts";

const program = fileURLToPath(new URL("../../packages/db/scripts/studio.mjs", import.meta.url));

test("Prisma Studio shows the jobs, and its page asks nobody elsewhere", async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const port = await freePort();
  const { PATH = "", HOME = "" } = process.env;
  const studio = spawn(process.execPath, [program, "--port", String(port), "--browser", "none"], {
    env: { PATH, HOME, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    studio.kill();
    await once(studio, "exit");
  });
  for await (const line of createInterface({ input: studio.stdout })) if (line.includes("is running at")) break;

  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const elsewhere: string[] = [];
  // What its policy forbids is not sent: the page tells of it, and no request is made.
  page.on("request", (request) => {
    const { hostname } = new URL(request.url());
    if (hostname && hostname !== "localhost") elsewhere.push(request.url());
  });
  const refused = page.waitForEvent("console", (message) => /checkpoint\.prisma\.io/.test(message.text()));
  await page.goto(`http://localhost:${port}/`);
  await page.getByText("tiling_jobs", { exact: true }).click();
  await page.getByText("failure_code").first().waitFor();
  expect((await refused).text()).toContain("Content Security Policy");
  expect(elsewhere).toEqual([]);
});
