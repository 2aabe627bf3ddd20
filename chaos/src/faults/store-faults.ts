import { fileURLToPath } from "node:url";
import type { Fault } from "../fault.ts";
import { picture } from "../stage/pictures.ts";

const preload = [new URL("../preload/faulty-store.ts", import.meta.url).href];

/** The store misbehaves for three seconds of every ten, for each worker at times of its own. */
const storeFault = (kind: "refusing" | "slow" | "truncating"): Fault => ({
  title: `object store ${kind}, for 3 s of every 10`,
  times: 20,
  stage: { apis: 1, workers: 0, settings: { MAX_ATTEMPTS: "8" } },
  async inject(stage, times) {
    const environment = {
      STORE_FAULT: kind,
      STORE_DIRECTORY: `${fileURLToPath(stage.storageUrl)}/objects`,
    };
    for (let index = 0; index < 3; index += 1) stage.addWorker({ preload, environment });
    const faults = () => stage.workers.reduce((sum, { said }) => sum + said.split("store fault").length - 1, 0);
    await stage.keepBusy(await picture("small"), 6, () => faults() >= times);
    await stage.watcher.until(() => stage.watcher.activeCount === 0, 300_000);
    stage.injected = faults();
    if (stage.workers.some(({ isUp }) => !isUp)) stage.violations.push("The store's fault ended a worker.");
  },
});

export const storeFaults = {
  "store-refusing": storeFault("refusing"),
  "store-slow": storeFault("slow"),
  "store-truncating": storeFault("truncating"),
};
