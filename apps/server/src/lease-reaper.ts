import { type Ports, releaseExpiredTilings } from "@tilewright/core";
import type { Logger } from "pino";

/** Takes jobs back from silent workers, once per `everyMs`, until it is stopped. */
export function startLeaseReaper(ports: Ports, everyMs: number, logger: Logger): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout;
  let round: Promise<void> = Promise.resolve();
  let stopped = false;
  const next = () => {
    timer = setTimeout(() => {
      round = reap(ports, logger).finally(() => {
        if (!stopped) next();
      });
    }, everyMs);
  };
  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}

async function reap(ports: Ports, logger: Logger): Promise<void> {
  try {
    const count = await releaseExpiredTilings(ports);
    if (count > 0) logger.warn({ count }, "took jobs back from workers that fell silent");
  } catch (error) {
    logger.error({ err: error }, "could not look for expired leases");
  }
}
