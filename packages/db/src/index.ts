export { fromPrisma, type PgBoss } from "pg-boss";
export { Prisma, PrismaClient } from "../generated/prisma/client.ts";
export { type ConnectOptions, connectDatabase, type Database, type QueueDefinition } from "./connect.ts";
export { assertDurable } from "./durability.ts";
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from "./embedded/start.ts";
export { DatabaseError, type DatabaseErrorCode } from "./errors.ts";
export { applyMigrations } from "./migrations/apply.ts";
export { createRepositories, queues } from "./repositories.ts";
export { openHistories, type TilingHistories } from "./tiling/histories.ts";
