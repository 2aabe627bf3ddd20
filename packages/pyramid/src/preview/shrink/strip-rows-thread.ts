import { parentPort, workerData } from "node:worker_threads";
import { type StripRows, shrinkStripRows } from "./strip-rows.ts";

parentPort?.postMessage(await shrinkStripRows(workerData as StripRows));
