import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startCeph } from "./ceph.ts";
import type {} from "./provided.ts";
import type { TestS3 } from "./test-s3.ts";

/**
 * For Vitest's `globalSetup`: one S3 server for the run, shared by all of its projects. `TEST_S3_ENDPOINT`, with
 * AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, names one that runs already; its user must be allowed to make buckets.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  registry[key] ??= { users: 0, server: startServer() };
  const shared = registry[key];
  shared.users += 1;
  const release = async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete registry[key];
    await (await shared.server.catch(() => undefined))?.stop();
  };
  try {
    const { endpoint, region, accessKeyId, secretAccessKey } = await shared.server;
    project.provide("testS3", { endpoint, region, accessKeyId, secretAccessKey });
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

type RunningServer = TestS3 & { stop(): Promise<void> };

// Each project loads this module anew, so what they share can't be a variable of it.
const key = Symbol.for("tilewright.testS3");
const registry: typeof globalThis & { [key]?: { users: number; server: Promise<RunningServer> } } = globalThis;

async function startServer(): Promise<RunningServer> {
  const { TEST_S3_ENDPOINT: endpoint, AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_REGION } = process.env;
  if (endpoint) {
    const [accessKeyId, secretAccessKey] = [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY];
    return { endpoint, region: AWS_REGION ?? "us-east-1", accessKeyId, secretAccessKey, stop: async () => {} };
  }
  const directory = await mkdtemp(join(tmpdir(), "tilewright-s3-"));
  const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 5 });
  try {
    const server = await startCeph(directory);
    return { ...server, stop: () => server.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
