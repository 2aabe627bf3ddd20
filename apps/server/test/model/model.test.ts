import { isDeepStrictEqual } from "node:util";
import { type Histories, openHistories, queues } from "@tilewright/db";
import { createTestDatabase, type TestDatabase } from "@tilewright/db/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Mishap, type Step, steps, type Verb } from "./actions.ts";
import { after, type Chosen, type Model } from "./model.ts";
import { World } from "./world.ts";

const sequences = 1_000;
/** Few enough that what takes minutes hangs, however busy the machine is. */
const batchSize = 50;
const mostSteps = 16;
const seed = Number(process.env["MODEL_SEED"] ?? Date.now() % 2 ** 31);
const batches = Array.from({ length: sequences / batchSize }, (_, batch) => [batch + 1, seed + batch] as const);

let own: TestDatabase;
let histories: Histories;
beforeAll(async () => {
  own = await createTestDatabase({ queues });
  histories = openHistories(own.url, console.error);
});
afterAll(async () => {
  await histories.close();
  await own.drop();
});

describe(`sequences of verbs, mishaps and maintenance do what the model says, MODEL_SEED=${seed}`, () => {
  test.each(batches)(`batch %d of ${batchSize}`, { timeout: 300_000 }, async (_, seed) => {
    await fc.assert(fc.asyncProperty(steps(mostSteps), run), { seed, numRuns: batchSize, endOnFailure: false });
  });
});

async function run(sequence: readonly Step[]): Promise<void> {
  const world = new World(own.database);
  try {
    let model: Model = { images: [], claims: [], published: [] };
    for (const step of sequence) model = await take(world, model, step);
    expect(await world.unexplainedObjects(model)).toEqual([]);
    expect(await world.violations(histories)).toEqual([]);
  } finally {
    await world.end();
  }
}

/** One step in the world; answers what the model makes of it. */
async function take(world: World, before: Model, step: Step): Promise<Model> {
  const verbs = "alone" in step ? [step.alone] : step.together;
  const chosen = verbs.map((verb) => choose(before, verb));
  const performed = await Promise.all(chosen.map((each) => world.perform(each)));
  const seen = await world.look();
  const outcomes = performed.map((outcome) => outcome());
  const explanations = orders(chosen.map((each, index) => [each, outcomes[index] ?? ""] as const));
  for (const order of explanations) {
    const model = order.reduce<Model | null>((state, [each, outcome]) => state && after(state, each, outcome), before);
    if (model && isDeepStrictEqual({ images: model.images, published: model.published }, seen)) return model;
  }
  throw new Error(
    `No order of ${JSON.stringify({ chosen, outcomes, before, seen }, null, 1)} explains what came of it.`,
  );
}

/** A choice among what there is: the newest image and the latest claim when in doubt. */
function choose({ images, claims }: Model, verb: Verb | Mishap): Chosen {
  const image = "image" in verb && images.length > 0 ? images.length - 1 - (verb.image % images.length) : -1;
  const claim = "claim" in verb ? (claims[claims.length - 1 - (verb.claim % claims.length)] ?? null) : null;
  return { verb, image, claim };
}

type Ended = readonly [Chosen, string];

/** What was done at the same moment must look like one after the other, in either order. */
function orders(ended: readonly Ended[]): (readonly Ended[])[] {
  const both = ended.length > 1 ? [ended, ended.toReversed()] : [ended];
  // A claim gives way to whoever is changing the job that is next, and finds it the time after. A pyramid that might be
  // shared is left alone when its image goes at that moment, even where there is another.
  const misses: Record<string, string> = { claim: "NOTHING", reuse: "OK" };
  const withoutMiss = ended.filter(([{ verb }, outcome]) => misses[verb.kind] !== outcome);
  return ended.length > 1 ? [...both, withoutMiss] : both;
}
