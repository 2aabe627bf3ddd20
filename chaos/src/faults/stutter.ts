import type { Fault } from "../fault.ts";
import { picture } from "../stage/pictures.ts";
import { openStutteringProxy } from "../stage/stuttering-proxy.ts";

export const stutter: Fault = {
  title: "completions sent three times at once, heartbeats again and out of order",
  times: 40,
  stage: { apis: 1, workers: 0 },
  async inject(stage, times, random) {
    const counts = { completions: 0, lateBeats: 0 };
    const { server, address } = await openStutteringProxy(stage.api(0).address, random, counts);
    for (let index = 0; index < 3; index += 1) stage.addWorker({ environment: { SERVER_URL: address } });
    await stage.keepBusy(await picture("medium"), 4, () => counts.completions >= times);
    await stage.watcher.until(() => stage.watcher.activeCount === 0, 120_000);
    stage.injected = counts.completions + counts.lateBeats;
    server.close();
    server.closeAllConnections();
  },
};
