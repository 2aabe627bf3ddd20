import { join } from "node:path";
import { defineConfig } from "prisma/config";

const prismaFolder = join(import.meta.dirname, "../../prisma");

export default defineConfig({
  schema: prismaFolder,
  migrations: { path: join(prismaFolder, "migrations") },
  // `prisma generate` needs no address; `prisma studio` and `prisma migrate` read this one.
  datasource: { url: process.env["DATABASE_URL"] ?? "" },
});
