// A process that runs an embedded database until it is killed. Its parent learns by message how far it has come.
import { DatabaseError, startEmbeddedPostgres } from "../src/index.ts";
import { withSession } from "../src/session.ts";

const [directory = ""] = process.argv.slice(2);
try {
  const { url } = await startEmbeddedPostgres({ directory });
  await withSession(url, async (session) => {
    await session.query("CREATE TABLE IF NOT EXISTS kept (at timestamptz)");
    await session.query("INSERT INTO kept VALUES (now())");
  });
  process.send?.({ url });
} catch (error) {
  process.send?.({ code: error instanceof DatabaseError ? error.code : String(error) });
  process.disconnect?.();
}
