import { mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createTilewrightClient } from "@tilewright/client";
import { expect, onTestFinished, test, vi } from "vitest";
import { freePort } from "./free-port.ts";
import { npmRun } from "./npm-run.ts";
import { descendants, stillRunning } from "./process-tree.ts";
import { serverRoutes } from "./server-routes.ts";

const root = resolve(import.meta.dirname, "../..");

/** As an editor does that saves what has not changed. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(join(root, path), now, now);
}

test.runIf(process.platform === "linux")(
  "npm run dev shows page and server at one address, takes up changes, keeps the database, and ends as a whole",
  async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), "tilewright-dev-"));
    onTestFinished(() => rm(dataDirectory, { recursive: true, force: true, maxRetries: 10 }));
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const dev = npmRun(["run", "dev"], { PORT: String(port), DATA_DIRECTORY: dataDirectory, WORKERS: "1" });
    await dev.says(`${address}`);
    const pidOf = (what: string) =>
      descendants(dev.process.pid ?? 0).find(({ command }) => command.includes(what))?.pid ?? 0;

    // A browser that goes there takes whatever the server has not answered for a page.
    const ask = (path: string) => fetch(new URL(path, address), { headers: { accept: "text/html,*/*" } });
    for (const path of ["/", "/slides/1"]) expect(await (await ask(path)).text()).toContain("/@vite/client");
    expect(await (await ask("/src/app/App.tsx")).text()).toContain("import.meta.hot");
    const routes = await serverRoutes();
    expect(routes).toEqual(expect.arrayContaining(["/trpc/1", "/healthz", "/previews/1/1/thumbnail.jpg"]));
    for (const path of routes) {
      const answer = await ask(path);
      expect.soft([path, answer.headers.get("content-type")]).toEqual([path, expect.stringContaining("json")]);
    }
    // Whatever the next domain adds is the server's too.
    expect((await ask("/analyses/1/grid")).headers.get("x-content-type-options")).toBe("nosniff");

    const client = createTilewrightClient({ baseUrl: address });
    const { imageId } = await client.uploadImage(new Blob(["no image"]), { fileName: "kept.tif" });
    const database = pidOf("postgres -D");
    const before = pidOf("apps/server/src/main.ts");
    await touch("apps/web/src/app/App.tsx");
    await dev.says("hmr update /src/app/App.tsx");
    await touch("apps/worker/src/main.ts");
    await dev.says("started anew");
    expect(pidOf("apps/server/src/main.ts")).not.toBe(before);
    expect(pidOf("postgres -D")).toBe(database);
    expect(database).toBeGreaterThan(0);
    expect(await client.images.get.query({ imageId })).toMatchObject({ name: "kept.tif" });
    await expect(client.waitUntilReady(imageId)).rejects.toThrow();

    await vi.waitFor(() => expect(pidOf("apps/worker/src/main.ts")).toBeGreaterThan(0), { timeout: 90_000 });
    const all = descendants(dev.process.pid ?? 0);
    process.kill(-(dev.process.pid ?? 0), "SIGINT");
    await vi.waitFor(() => expect(stillRunning(all).map(({ command }) => command)).toEqual([]), {
      timeout: 60_000,
      interval: 200,
    });
    // No wall of noise: a person sees at once what matters.
    expect(dev.said.length).toBeLessThan(40);
  },
);
