import { parentPort, workerData } from "node:worker_threads";
import { shrinkTileRows, type TileRows } from "./tile-rows.ts";

parentPort?.postMessage(await shrinkTileRows(workerData as TileRows));
