// A disk under the object store that misbehaves as STORE_FAULT says, for this process, for three seconds of every ten.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout as delay } from "node:timers/promises";

const { STORE_DIRECTORY = "", STORE_FAULT = "" } = process.env;
const everyMs = 10_000;
const faultyMs = 3_000;
const slowMs = 1_500;
const { open, stat, rename, truncate } = fs.promises;

const isFaulty = (path: unknown): boolean =>
  String(path).startsWith(STORE_DIRECTORY) && performance.now() % everyMs < faultyMs && tell();

/** For whoever counts. */
const tell = (): boolean => process.stderr.write("store fault\n") || true;

async function disturb(path: unknown): Promise<void> {
  if (!isFaulty(path)) return;
  if (STORE_FAULT === "slow") await delay(slowMs);
  if (STORE_FAULT === "refusing") throw Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
}

fs.promises.open = async (...given) => {
  await disturb(given[0]);
  return open(...given);
};
fs.promises.stat = (async (...given: Parameters<typeof stat>) => {
  await disturb(given[0]);
  return stat(...given);
}) as typeof stat;
fs.promises.rename = async (from, to) => {
  if (STORE_FAULT !== "truncating") await disturb(to);
  await rename(from, to);
  if (STORE_FAULT === "truncating" && isFaulty(to)) await truncate(to, Math.floor((await stat(to)).size / 2));
};
syncBuiltinESMExports();
