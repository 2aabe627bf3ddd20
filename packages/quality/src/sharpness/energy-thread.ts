import { parentPort, workerData } from "node:worker_threads";
import { addEnergies } from "./add-energies.ts";
import type { EnergyTask } from "./energy-task.ts";

const task = workerData as EnergyTask;
await addEnergies(task, (done) => parentPort?.postMessage(done));
