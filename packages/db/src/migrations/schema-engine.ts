import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import * as engineGlue from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { connectTimeoutMs, databaseUnreachable } from "../session.ts";

// Prisma's schema engine as WebAssembly: the one that its CLI downloads, without the download.

export type SchemaEngine = engineGlue.SchemaEngine;

/** Tables and enums outside Prisma's care: none, because pg-boss keeps to a schema of its own. */
export const noFilters = { externalTables: [], externalEnums: [] };

/**
 * Opens the engine on a database for the length of `use`.
 *
 * The engine and `session` are one connection, so a lock that the session takes covers what the engine does.
 *
 * @throws DatabaseError `DATABASE_UNREACHABLE`.
 */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  use: (engine: SchemaEngine, session: pg.Pool) => Promise<T>,
): Promise<T> {
  const session = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: connectTimeoutMs,
  });
  // The next query reports a lost connection; without a listener, the loss alone would end the process.
  session.on("error", () => {});
  const stock = new PrismaPg(session);
  const factory = adapterFactory(async () => sendScriptsWhole(await stock.connect()));
  try {
    await session.query("SELECT 1").catch((cause: unknown) => {
      throw databaseUnreachable(databaseUrl, cause);
    });
    return await withEngine(factory, (engine) => use(engine, session));
  } finally {
    await session.end();
  }
}

/** Opens the engine for the length of `use`, for what it can do without a database: compare schemas. */
export function withDetachedSchemaEngine<T>(use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  return withEngine(
    adapterFactory(async () => emptyDatabase),
    use,
  );
}

async function withEngine<T>(
  factory: SqlMigrationAwareDriverAdapterFactory,
  use: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  await loadEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  // Its log is dropped: it repeats what its errors say.
  const engine = await engineGlue.SchemaEngine.new({ datamodels: undefined }, () => {}, adapter);
  try {
    return await use(engine);
  } finally {
    engine.free();
  }
}

/**
 * The stock adapter cuts a script at every semicolon, those in string literals, comments and function bodies too, and
 * commits each piece by itself. Sent whole, PostgreSQL parses it, and a migration that fails leaves nothing behind.
 */
function sendScriptsWhole(adapter: SqlDriverAdapter): SqlDriverAdapter {
  adapter.executeScript = async (sql) => {
    await adapter.executeRaw({ sql, args: [], argTypes: [] });
  };
  return adapter;
}

/** Stands in for a database where the engine asks for its version and nothing else. */
const emptyDatabase: SqlDriverAdapter = {
  provider: "postgres",
  adapterName: "empty-database",
  queryRaw: async () => ({ columnNames: [], columnTypes: [], rows: [] }),
  executeRaw: async () => 0,
  executeScript: async () => {},
  startTransaction: () => Promise.reject(new Error("There is no database.")),
  dispose: async () => {},
};

function adapterFactory(connect: () => Promise<SqlDriverAdapter>): SqlMigrationAwareDriverAdapterFactory {
  const connectToShadowDb = () => Promise.reject(new Error("Nothing here uses a shadow database."));
  return { provider: "postgres", adapterName: "tilewright", connect, connectToShadowDb };
}

// Neither the DOM's types nor Node's, which this package uses, declare it.
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

let loading: Promise<void> | undefined;

function loadEngine(): Promise<void> {
  loading ??= instantiateEngine();
  return loading;
}

async function instantiateEngine(): Promise<void> {
  // Importing the package itself would do the same, with a warning that importing WebAssembly is experimental.
  const gluePath = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const code = await readFile(join(dirname(gluePath), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(code, { "./schema_engine_bg.js": withoutLingering(engineGlue) });
  engineGlue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  // The engine hands its panics to this global, and without it the process gets a TypeError that explains nothing.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: throwPanic } });
}

/**
 * The engine never clears the timer that limits its wait for a lock. Left alone, it would keep a process that has
 * finished alive for ten seconds more.
 */
function withoutLingering(glue: Record<string, unknown>): Record<string, unknown> {
  const imports = { ...glue };
  for (const [name, setTimer] of Object.entries(imports)) {
    if (!name.startsWith("__wbg_setTimeout_") || typeof setTimer !== "function") continue;
    imports[name] = (...args: unknown[]) => setTimer(...args).unref();
  }
  return imports;
}

function throwPanic(message: string): never {
  throw new Error(`The schema engine panicked: ${message}`);
}
