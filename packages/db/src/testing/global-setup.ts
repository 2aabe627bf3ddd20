import type { TestProject } from "vitest/node";
import type {} from "./provided.ts";
import { type RunningTestServer, startTestServer } from "./server.ts";

/** For Vitest's `globalSetup`: one server for the run, shared by all of its projects. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = sharedServer();
  shared.users += 1;
  try {
    const { adminUrl, template } = await shared.server;
    project.provide("testServer", { adminUrl, template });
  } catch (error) {
    await release(shared);
    throw error;
  }
  return () => release(shared);
}

interface SharedServer {
  users: number;
  server: Promise<RunningTestServer>;
}

// Each project loads this module anew, so what they share can't be a variable of it.
const key = Symbol.for("tilewright.testServer");
const registry: typeof globalThis & { [key]?: SharedServer } = globalThis;

function sharedServer(): SharedServer {
  registry[key] ??= { users: 0, server: startTestServer(process.env["TEST_DATABASE_URL"]) };
  return registry[key];
}

async function release(shared: SharedServer): Promise<void> {
  shared.users -= 1;
  if (shared.users > 0) return;
  delete registry[key];
  const server = await shared.server.catch(() => undefined);
  await server?.stop();
}
