import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { kindText } from "../job.ts";
import { fillParameters } from "../parameters.ts";
import type {
  AnalysisKindList,
  RegisteredKinds,
  RegisterKindsInput,
  WithdrawKindInput,
  WithdrawnKind,
} from "../schemas.ts";

/**
 * A worker says which kinds of analysis it can do. Repeating it is a no-op.
 *
 * @throws TilewrightError KIND_CHANGED, TOO_MANY_KINDS, PARAMETERS_INVALID (a default that its own schema refuses)
 */
export async function registerKinds(
  ports: Ports,
  { workerId, kinds }: z.infer<typeof RegisterKindsInput>,
): Promise<z.infer<typeof RegisteredKinds>> {
  for (const { parametersSchema } of kinds) fillParameters({ ...parametersSchema, required: [] }, {});
  await ports.analysisKinds.register(workerId, kinds);
  return { kinds: kinds.map(({ name, version }) => ({ name, version })) };
}

/** No more jobs of that kind: those that wait end, those under way go on. @throws TilewrightError KIND_NOT_FOUND */
export async function withdrawKind(
  ports: Ports,
  { name }: z.infer<typeof WithdrawKindInput>,
): Promise<z.infer<typeof WithdrawnKind>> {
  if (!(await ports.analysisKinds.withdraw(name))) throw new TilewrightError("KIND_NOT_FOUND");
  const jobs = ports.jobs.analysis;
  const end = { cause: "FAILED", code: "KIND_WITHDRAWN", reason: "Its kind was withdrawn while it waited." } as const;
  for (;;) {
    const waiting = await jobs.list({ status: "PENDING", kind: name, limit: 100 });
    if (waiting.length === 0) return { name };
    for (const { jobId } of waiting) await jobs.fail({ jobId, ...end });
  }
}

/** What can be asked of an image, by name. */
export async function listKinds(ports: Ports): Promise<z.infer<typeof AnalysisKindList>> {
  const kinds = await ports.analysisKinds.list();
  const { workers } = ports.jobs.analysis;
  const told = kinds.map(async (kind) => ({ ...kind, isThere: await workers.isAnyThere(kindText(kind)) }));
  return { kinds: await Promise.all(told) };
}
