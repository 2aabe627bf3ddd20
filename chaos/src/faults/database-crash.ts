import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { picture } from "../stage/pictures.ts";
import type { Stage } from "../stage/stage.ts";

const jobs = 50;
const inFlight = 8;

/** Uploads, claims, heartbeats and completions are all under way when the database goes, and again when it is back. */
export const databaseCrash: Fault = {
  title: "PostgreSQL crashed (immediate shutdown) and back, during 50 jobs",
  times: 20,
  stage: { apis: 2, workers: 4 },
  async inject(stage, times, random) {
    const isDone = () => stage.hasEnough;
    const medium = await picture("medium");
    const uploads = Array.from({ length: inFlight }, async (_, index) => {
      while (!isDone() || stage.ledger.entries.length < Math.min(jobs, times * inFlight)) {
        await stage.submitAtAnyCost(medium, { api: stage.api(index) });
        await stage.watcher.until(() => stage.watcher.activeCount < inFlight || isDone(), 60_000);
      }
    });
    while (!isDone()) {
      await delay(random.between(1_000, 6_000));
      stage.injected += 1;
      const crashedAtMs = Date.now();
      await stage.postgres.crash();
      await delay(random.between(0, 2_000));
      await stage.postgres.start();
      await answersAgain(stage);
      stage.recoveryMs.push(Date.now() - crashedAtMs);
    }
    await Promise.all(uploads);
  },
};

/** Every server reads rows again. */
async function answersAgain({ apis }: Stage): Promise<void> {
  const ask = async (api: (typeof apis)[number]): Promise<void> => {
    for (;;) {
      const answer = await api.client.tiling.list.query({ limit: 1 }).catch(() => null);
      if (answer) return;
      if (!api.isUp) throw new Error("A server ended because its database crashed.");
      await delay(50);
    }
  };
  await Promise.all(apis.map(ask));
}
