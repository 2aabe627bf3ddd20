import type { Logger } from "pino";

export interface Round {
  readonly everyMs: number;
  /** Answers how much there was to do. */
  readonly work: (stop: AbortSignal) => Promise<number>;
  /** For the log, when there was something to do. */
  readonly outcome: string;
}

/** Does some work once per `everyMs`, until it is stopped. A round that fails leaves its work to the next one. */
export function startRounds({ everyMs, work, outcome }: Round, logger: Logger): { stop(): Promise<void> } {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout;
  let round: Promise<void> = Promise.resolve();
  const attend = async () => {
    try {
      const count = await work(stopped.signal);
      if (count > 0) logger.warn({ count }, outcome);
    } catch (error) {
      logger.error({ err: error }, `a round failed that would have ${outcome}`);
    }
    if (!stopped.signal.aborted) next();
  };
  const next = () => {
    timer = setTimeout(() => {
      round = attend();
    }, everyMs);
  };
  next();
  return {
    async stop() {
      stopped.abort();
      clearTimeout(timer);
      await round;
    },
  };
}
