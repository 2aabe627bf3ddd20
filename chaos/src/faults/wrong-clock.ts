import type { Fault } from "../fault.ts";
import { picture } from "../stage/pictures.ts";
import type { Stage } from "../stage/stage.ts";
import { killLater } from "./worker-kill.ts";

const wrongByMs = 10 * 60_000;
const preload = [new URL("../preload/wrong-clock.ts", import.meta.url).href];

/** Half of the workers live in the future, half in the past; every fourth job loses its worker on top. */
export const wrongClock: Fault = {
  title: "worker clock wrong by 10 minutes, forward or back (and every fourth killed)",
  times: 40,
  stage: { apis: 1, workers: 0 },
  async inject(stage, times, random) {
    for (const shiftMs of [wrongByMs, -wrongByMs, wrongByMs, -wrongByMs]) {
      stage.addWorker({ preload, environment: { CLOCK_SHIFT_MS: String(shiftMs) } });
    }
    let worked = 0;
    const kills: Promise<void>[] = [];
    stage.watcher.onClaim((claim) => {
      worked += 1;
      if (worked % 4 === 0 && claim.attempt === 1) kills.push(killLater(stage, claim, random.between(0, 1_500)));
    });
    const sinceMs = Date.now();
    await stage.keepBusy(await picture("medium"), 3, () => worked >= times);
    await Promise.all(kills);
    await stage.watcher.until(() => stage.watcher.activeCount === 0, 120_000);
    stage.injected = worked;
    await expectTimesWithin(stage, sinceMs, Date.now());
  },
};

/** No time that a worker believed in may have found its way into a row. */
async function expectTimesWithin({ database, violations }: Stage, sinceMs: number, untilMs: number): Promise<void> {
  for (const job of await database.prisma.tilingJob.findMany({ include: { events: true } })) {
    const times = [job.createdAt, job.startedAt, job.finishedAt, job.updatedAt, ...job.events.map(({ at }) => at)];
    const isWrong = (time: Date | null) => time && (time.getTime() < sinceMs || time.getTime() > untilMs);
    if (times.some(isWrong)) violations.push(`Job ${job.id} has a time that no clock of the database showed.`);
  }
}
