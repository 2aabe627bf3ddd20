import type { Job } from "@tilewright/core/jobs";
import { tiling } from "@tilewright/core/tiling";
import { tilingTable } from "../../src/tiling/table.ts";
import { openPorts, type Subject, storeImage } from "./subject.ts";

export const pyramid = {
  widthPx: 3,
  heightPx: 2,
  levelCount: 3,
  tileSizePx: 256,
  tileFormat: "jpeg",
  tileCount: 9,
  sizeBytes: 9,
} as const;

export async function openTiling(): Promise<Subject> {
  const { ports, database, drop, publish } = await openPorts();
  return {
    domain: tiling,
    table: tilingTable,
    ports,
    prisma: database.prisma,
    progress: { tilesDone: 0, tilesTotal: 9 },
    dataFault: "CORRUPT_IMAGE",
    async submit(): Promise<Job> {
      const job = await ports.jobs.tiling.find({ imageId: await storeImage(ports) });
      if (!job) throw new Error("An image has a job.");
      return job;
    },
    complete: (held, metadataPath) => ports.jobs.tiling.complete({ ...held, metadataPath, pyramid }),
    publish,
    drop,
  };
}
