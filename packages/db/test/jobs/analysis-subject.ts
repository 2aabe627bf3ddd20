import type { Ports } from "@tilewright/core";
import { analysis, KindDescription, kindText, submitAnalysis } from "@tilewright/core/analysis";
import type { Job } from "@tilewright/core/jobs";
import { analysisTable } from "../../src/analysis/table.ts";
import { openPorts, type Subject, storeImage } from "./subject.ts";
import { pyramid } from "./tiling-subject.ts";

const kind = KindDescription.parse({
  name: "darkness",
  version: "1.0.0",
  title: "Darkness",
  parametersSchema: { type: "object" },
  layerTypes: [],
});

const summary = { verdict: { level: "good" as const, text: "Bright" }, numbers: [] };

export async function openAnalysis(): Promise<Subject> {
  const { ports, database, drop, publish } = await openPorts();
  await ports.analysisKinds.register("worker", [kind]);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    domain: analysis,
    table: analysisTable,
    ports,
    prisma: database.prisma,
    kinds: [kindText(kind)],
    progress: {},
    dataFault: "UNSUITABLE_IMAGE",
    submit: () => {
      // One after the other: each tiles the image that it has stored.
      const submitted = turn.then(() => submit(ports));
      turn = submitted;
      return submitted;
    },
    complete: (held, metadataPath) =>
      ports.jobs.analysis.complete({ ...held, metadataPath, manifestSha256: "0".repeat(64), summary }),
    publish,
    drop,
  };
}

async function submit(ports: Ports): Promise<Job> {
  const imageId = await storeImage(ports);
  const tiling = await ports.jobs.tiling.claim({ workerId: "tiler", leaseMs: 60_000 });
  if (!tiling) throw new Error("An image is tiled first.");
  const { jobId: tilingJobId, attempt } = tiling.job;
  await ports.jobs.tiling.complete({ jobId: tilingJobId, attempt, metadataPath: imageId, pyramid });
  const { jobId } = await submitAnalysis(ports, { imageId, kind: kind.name, parameters: {} });
  const job = await ports.jobs.analysis.find({ jobId });
  return job ?? Promise.reject(new Error("It is not there."));
}
