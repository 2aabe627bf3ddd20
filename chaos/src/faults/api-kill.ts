import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import type { Random } from "../random.ts";
import type { Api } from "../stage/api.ts";
import { type Picture, picture } from "../stage/pictures.ts";
import type { Stage } from "../stage/stage.ts";

const uploadersPerApi = 3;
/** With more in line, uploaders wait: the queue is not what is tested here. */
const mostActive = 40;
/** A completion takes some ten milliseconds; the kill falls before, into or after its commit. */
const latestKillMs = 80;

/**
 * Servers share one database; each is killed again and again while clients complete uploads on it. An upload keeps to
 * one server, as only one may take its parts on a disk, and waits for it to come back.
 */
export const apiKill: Fault = {
  title: "API killed (SIGKILL) around the commit of an upload",
  times: 500,
  stage: { apis: 4, workers: 4 },
  async inject(stage, _times, random) {
    const small = await picture("small");
    const isDone = () => stage.hasEnough;
    const uploaders = stage.apis.flatMap((api) => {
      const victim = new Victim(stage, api, random, isDone);
      return Array.from({ length: uploadersPerApi }, () => uploadAgainAndAgain(stage, victim, small, isDone));
    });
    await Promise.all(uploaders);
  },
};

async function uploadAgainAndAgain(stage: Stage, victim: Victim, picture: Picture, isDone: () => boolean) {
  while (!isDone()) {
    await stage.submitAtAnyCost(picture, {
      api: victim.api,
      // The last part has arrived: the completion is sent next.
      onProgress: ({ sentBytes, totalBytes }) => sentBytes === totalBytes && victim.killSoon(),
    });
    victim.acknowledged();
    await stage.watcher.until(() => isDone() || stage.watcher.activeCount < mostActive, 60_000);
  }
  await victim.whole;
}

class Victim {
  readonly api: Api;
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #isDone: () => boolean;
  #killedAtMs: number | null = null;
  #isDoomed = false;
  /** Settles when it has come back from its last death. */
  whole: Promise<void> = Promise.resolve();

  constructor(stage: Stage, api: Api, random: Random, isDone: () => boolean) {
    this.#stage = stage;
    this.api = api;
    this.#random = random;
    this.#isDone = isDone;
  }

  killSoon(): void {
    if (this.#isDoomed || this.#isDone()) return;
    this.#isDoomed = true;
    this.whole = this.#killAndRestart(this.#random.between(0, latestKillMs))
      .catch((error: unknown) => void this.#stage.violations.push(String(error)))
      .finally(() => {
        this.#isDoomed = false;
      });
  }

  /** Recovery, as a client sees it: from the kill to the next upload that this server acknowledges. */
  acknowledged(): void {
    if (this.#killedAtMs === null || !this.api.isUp || this.#isDoomed) return;
    this.#stage.recoveryMs.push(Date.now() - this.#killedAtMs);
    this.#killedAtMs = null;
  }

  async #killAndRestart(afterMs: number): Promise<void> {
    await delay(afterMs);
    this.#stage.injected += 1;
    this.#killedAtMs ??= Date.now();
    await this.api.kill();
    await this.api.start();
  }
}
