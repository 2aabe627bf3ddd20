import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { picture } from "../stage/pictures.ts";
import type { Stage } from "../stage/stage.ts";
import { TcpProxy } from "../stage/tcp-proxy.ts";
import type { Claim } from "../stage/watcher.ts";
import type { Worker } from "../stage/worker.ts";

const silenceMs = 20_000;
const workers = 10;

/** The line between a worker and the server goes dead for 20 s, while both live; each worker has a line of its own. */
export const blackHole: Fault = {
  title: "line between worker and API dead for 20 s",
  times: 20,
  stage: { apis: 1, workers: 0 },
  async inject(stage, _times, random) {
    const lines = new Map<Worker, TcpProxy>();
    for (let index = 0; index < workers; index += 1) {
      const line = await TcpProxy.open(Number(new URL(stage.api(0).address).port));
      lines.set(stage.addWorker({ environment: { SERVER_URL: line.address } }), line);
    }
    const silences: Promise<void>[] = [];
    const silenceLater = async (claim: Claim) => {
      await delay(random.between(0, 2_000));
      const line = lines.get(stage.workerOf(claim));
      if (!stage.watcher.holds(claim) || !line || stage.hasEnough) return;
      stage.injected += 1;
      stage.interrupted(claim);
      line.die();
      await delay(silenceMs);
      line.heal();
    };
    stage.watcher.onClaim((claim) => claim.attempt === 1 && silences.push(silenceLater(claim)));
    await stage.keepBusy(await picture("large"), 4, () => stage.hasEnough);
    await Promise.all(silences);
    await settled(stage);
    for (const line of lines.values()) line.close();
  },
};

/** The workers need their lines until everything has ended. */
const settled = ({ watcher }: Stage) => watcher.until(() => watcher.activeCount === 0, 120_000);
