import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@tilewright/db";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from "@tilewright/storage/testing/small-disk";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const MiB = 2 ** 20;
const probe = await mountSmallDisk(MiB);
await probe?.unmount();

describe.skipIf(!probe)(probe ? "PostgreSQL on a disk of 400 MiB" : whyNoSmallDisk, () => {
  let disk: SmallDisk;
  let postgres: EmbeddedPostgres | undefined;
  const fatal: unknown[] = [];
  beforeEach(async () => {
    const mounted = await mountSmallDisk(400 * MiB);
    if (!mounted) throw new Error(whyNoSmallDisk);
    disk = mounted;
    fatal.length = 0;
    await start();
  });
  afterEach(async () => {
    await disk.removeFiller();
    await postgres?.stop();
    await disk.unmount();
  });
  const start = async () => {
    const directory = join(disk.directory, "postgres");
    postgres = await startEmbeddedPostgres({ directory, onUnexpectedExit: (error) => fatal.push(error) });
  };
  const stop = async () => {
    await postgres?.stop();
    postgres = undefined;
  };

  const query = async (text: string) => {
    const client = new pg.Client({ connectionString: postgres?.url ?? "" });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  };
  const insist = { timeout: 30_000, interval: 200 };
  const hasBallast = () =>
    access(join(disk.directory, "postgres/ballast")).then(
      () => true,
      () => false,
    );
  const isUp = () =>
    query("SELECT").then(
      () => true,
      () => false,
    );
  /** Until the server has ended, and not only its sessions: its log has found no place even for recovering. */
  const fillUntilItEnds = async () => {
    const pid = Number(
      (await readFile(join(disk.directory, "postgres/cluster/postmaster.pid"), "utf8")).split("\n")[0],
    );
    // Into its log alone: what is short of room for a table only refuses the row.
    const write =
      "SELECT count(pg_logical_emit_message(false, 'filler', repeat('x', 1000000))) FROM generate_series(1, 60)";
    while (isRunning(pid)) {
      await disk.fillUpTo(0);
      await query(write).catch(() => {});
    }
    await disk.fillUpTo(0);
  };

  test("gives its ballast up when others take all room, and has it back when they leave", async () => {
    await expect.poll(hasBallast, insist).toBe(true);
    await disk.fillUpTo(0);
    await expect.poll(hasBallast, insist).toBe(false);
    await query("CREATE TABLE kept AS SELECT 42 AS answer");
    await disk.removeFiller();
    await expect.poll(hasBallast, insist).toBe(true);
  });

  test("ends when there is no room at all, and goes on by itself when there is, with all that was committed", async () => {
    await query("CREATE TABLE kept AS SELECT 42 AS answer");
    await fillUntilItEnds();
    expect(await isUp()).toBe(false);
    await disk.removeFiller();
    await expect.poll(isUp, insist).toBe(true);
    expect(await query("SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    expect(fatal).toEqual([]);
  });

  test("starts on a full disk by giving its ballast up, and says what to do where that is not enough", async () => {
    await expect.poll(hasBallast, insist).toBe(true);
    await query("CREATE TABLE kept AS SELECT 42 AS answer");
    await stop();
    await disk.fillUpTo(0);
    await start();
    expect(await query("SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    await stop();
    await disk.fillUpTo(MiB);
    await expect(start()).rejects.toMatchObject({
      code: "DISK_FULL",
      message: expect.stringMatching(
        /is full: .* are free, and the database needs 32 MiB to start\. Nothing is lost\./,
      ),
    });
    await disk.removeFiller();
    await start();
    expect(await query("SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
