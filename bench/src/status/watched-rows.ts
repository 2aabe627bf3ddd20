import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyMigrations, startEmbeddedPostgres } from "@tilewright/db";
import pg from "pg";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const changeEveryMs = 500;

/** A database of the bench's own, with rows to watch. */
export interface WatchedRows {
  readonly url: string;
  /** Adds images with a job each, until there are `count`. Nobody works on them. @returns ids of the first jobs. */
  fill(count: number, watched: number): Promise<string[]>;
  /** Changes these jobs twice a second, as progress does, until the answer is called. */
  change(jobIds: readonly string[]): () => Promise<void>;
  /**
   * Transactions so far, but those of the bench itself.
   *
   * @param settleMs to wait first: PostgreSQL counts those of a busy session every second, of an idle one every ten.
   */
  transactions(settleMs: number): Promise<number>;
  stop(): Promise<void>;
}

export async function openWatchedRows(): Promise<WatchedRows> {
  const directory = await mkdtemp(join(tmpdir(), "tilewright-bench-status-"));
  const server = await startEmbeddedPostgres({ directory });
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query("CREATE DATABASE bench");
  const url = new URL(server.url);
  url.pathname = "/bench";
  await applyMigrations(url.href);
  const own = new pg.Client({ connectionString: url.href });
  await own.connect();
  let ownQueries = 0;
  const query = (text: string, values: unknown[] = []) => {
    ownQueries += 1;
    return own.query(text, values);
  };
  return {
    url: url.href,
    async fill(count, watched) {
      await query(fillImages, [count]);
      await query(fillJobs);
      await query("ANALYZE");
      const { rows } = await query("SELECT id::text FROM tiling_jobs ORDER BY image_id LIMIT $1", [watched]);
      return rows.map(({ id }: { id: string }) => id);
    },
    change(jobIds) {
      let isGoingOn = true;
      const changing = (async () => {
        while (isGoingOn) {
          await query(changeJobs, [jobIds]);
          await pause(changeEveryMs);
        }
      })();
      return () => {
        isGoingOn = false;
        return changing;
      };
    },
    async transactions(settleMs) {
      await pause(settleMs);
      const { rows } = await admin.query<{ count: string }>(
        "SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = 'bench'",
      );
      return Number(rows[0]?.count) - ownQueries;
    },
    async stop() {
      await own.end();
      await admin.end();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const fillImages = `
  INSERT INTO images (id, name, size_bytes, source_key)
  SELECT gen_random_uuid(), 'slide ' || n, 1, 'images/' || n
  FROM generate_series((SELECT count(*) + 1 FROM images), $1::bigint) AS n`;
/** All are being worked on, as far as anybody can see. */
const fillJobs = `
  INSERT INTO tiling_jobs (id, image_id, dataset_name, status, stage, attempt, max_attempts, tiles_total, lease_expires_at)
  SELECT gen_random_uuid(), id, name, 'IN_PROGRESS', 'TILING', 1, 3, 1000000, now() + interval '10 years'
  FROM images WHERE NOT EXISTS (SELECT FROM tiling_jobs WHERE image_id = images.id)`;
const changeJobs = `
  UPDATE tiling_jobs SET tiles_done = tiles_done + 1, version = version + 1, updated_at = now() WHERE id = ANY($1::uuid[])`;
