import { newMigration } from "../src/migrations/create.ts";

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || rest.length > 0) {
  console.error("Say what the migration does: npm run migration -- add_tiling_priority");
  process.exit(2);
}
try {
  const path = await newMigration(name);
  console.log(
    path === undefined ? "The schema has not changed since the last migration." : `Read it, then commit it: ${path}`,
  );
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
