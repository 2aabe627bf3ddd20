import { setTimeout as delay } from "node:timers/promises";
import type { Ports } from "@tilewright/core";
import type { Logger } from "pino";
import { type Duty, duties, type Rhythm } from "./duties.ts";

/** How often a server looks whether a shared duty is due, at the latest: the one that had the last turn may be gone. */
const longestPauseMs = 60_000;

interface Maintenance {
  /** Begins no more work and waits for what is under way. */
  stop(): Promise<void>;
}

/** Does every duty at once and then in its own rhythm, each in a loop of its own, until it is stopped. */
export function startMaintenance(ports: Ports, rhythm: Rhythm, logger: Logger): Maintenance {
  const stop = new AbortController();
  const loops = duties(rhythm).map((duty) => repeat(duty, ports, logger, stop.signal));
  return {
    async stop() {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

async function repeat(duty: Duty, ports: Ports, logger: Logger, stop: AbortSignal): Promise<void> {
  const pauseMs = duty.shared ? Math.min(duty.everyMs, longestPauseMs) : duty.everyMs;
  while (!stop.aborted) {
    await attend(duty, ports, logger, stop);
    await delay(pauseMs, undefined, { signal: stop }).catch(() => {});
  }
}

/** A round that fails changes nothing: the next one finds the same to do. */
async function attend(duty: Duty, ports: Ports, logger: Logger, stop: AbortSignal): Promise<void> {
  const { name, everyMs, shared, work, outcome, level } = duty;
  try {
    if (shared && !(await ports.turns.take(name, everyMs))) return;
    const count = await work(ports, stop);
    if (count > 0) logger[level]({ duty: name, count }, outcome);
  } catch (error) {
    logger.error({ err: error, duty: name }, "a round of maintenance failed");
  }
}
