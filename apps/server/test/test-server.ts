import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createTilewrightClient, type TilewrightClient, type UploadState } from "@tilewright/client";
import { manifestKey } from "@tilewright/core/tiling";
import { createTestDatabase, type TestDatabase } from "@tilewright/db/testing";
import pino from "pino";
import { expect } from "vitest";
import { readEnv } from "../src/env.ts";
import { startServer } from "../src/start-server.ts";

const workerToken = "the worker token of a test";

export interface TestServer {
  readonly address: string;
  /** A person's or a program's view. */
  readonly client: TilewrightClient;
  /** A worker's view. */
  readonly worker: TilewrightClient;
  readonly database: TestDatabase["database"];
  readonly databaseUrl: string;
  readonly dataDirectory: string;
  readonly workerToken: string;
  stop(): Promise<void>;
}

/** A real server on a database and a directory of its own, without workers unless the settings say otherwise. */
export async function startTestServer(settings: Record<string, string> = {}): Promise<TestServer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "tilewright-server-"));
  const webDirectory = join(dataDirectory, "web");
  await mkdir(webDirectory);
  await writeFile(join(webDirectory, "index.html"), "<!doctype html><title>Tilewright</title>");
  const { url, database, drop } = await createTestDatabase();
  const server = await startServer({
    env: readEnv({
      PORT: "0",
      WORKERS: "0",
      DATA_DIRECTORY: dataDirectory,
      DATABASE_URL: url,
      WORKER_TOKEN: workerToken,
      ...settings,
    }),
    logger: pino({ level: "silent" }),
    webDirectory,
    signal: new AbortController().signal,
    onStep: () => {},
    onFatal: (error) => {
      throw error;
    },
  });
  const { address } = server;
  return {
    address,
    client: createTilewrightClient({ baseUrl: address }),
    worker: createTilewrightClient({ baseUrl: address, workerToken }),
    database,
    databaseUrl: url,
    dataDirectory,
    workerToken,
    async stop() {
      await server.stop();
      await drop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** PUTs a part the plain way, as any HTTP client would. */
export async function putPart(server: TestServer, upload: UploadState, partNumber: number, body: Buffer) {
  const { parts } = await server.client.uploads.signParts.mutate({
    uploadId: upload.uploadId,
    partNumbers: [partNumber],
  });
  return fetch(new URL(parts[0]?.url ?? "", server.address), { method: "PUT", body: new Uint8Array(body) });
}

/** Uploads a few bytes and returns the job that waits for a worker. */
export function submit(server: TestServer, fileName = "slide.tif", bytes = "not looked at by these tests") {
  return server.client.uploadImage(new Blob([bytes]), { fileName });
}

/** Claims a job that is known to wait. */
export async function claim(server: TestServer, workerId = "worker-a") {
  const { assignment } = await server.worker.tiling.claim.mutate({ workerId, waitMs: 10_000 });
  if (!assignment) throw new Error("No job was handed out.");
  return assignment;
}

export const pyramid = {
  widthPx: 3,
  heightPx: 2,
  levelCount: 3,
  tileSizePx: 256,
  tileFormat: "jpeg",
  tileCount: 3,
  sizeBytes: 99,
} as const;

/** Publishes a stand-in manifest under an attempt's prefix and returns its key. */
export async function publishManifest(server: TestServer, outputPrefix: string): Promise<string> {
  const metadataPath = manifestKey(outputPrefix);
  const path = join(server.dataDirectory, "storage", "objects", metadataPath);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, "{}");
  return metadataPath;
}

/** What a rejected call says: its typed code. */
export const refusedWith = (code: string) =>
  expect.objectContaining({ data: expect.objectContaining({ tilewright: expect.objectContaining({ code }) }) });
