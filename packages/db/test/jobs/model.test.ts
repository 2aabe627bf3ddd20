import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openAnalysis } from "./analysis-subject.ts";
import { after, type Chosen, isOfClaim, type Model, type Verb, verbs } from "./model.ts";
import type { Subject } from "./subject.ts";
import { openTiling } from "./tiling-subject.ts";
import { openToy } from "./toy-subject.ts";
import { World } from "./world.ts";

const sequences = 120;
const mostSteps = 20;
/** One that takes longer hangs: on a busy machine all of them may take long. */
const sequenceMs = 30_000;
const seed = Number(process.env["MODEL_SEED"] ?? Date.now() % 2 ** 31);

/** `which` chooses among the images there are, or among all claims ever granted: the later ones more likely. */
const wish = fc.record({
  verb: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<Verb>(...verbs) },
    // What leads to attempts that lost their job, and have it tried nevertheless.
    { weight: 3, arbitrary: fc.constantFrom<Verb>("claim", "claim", "expire", "reap", "handBack", "complete", "beat") },
  ),
  which: fc.nat({ max: 3 }),
  fraction: fc.nat({ max: 8 }).map((eighths) => eighths / 8),
});
type Wish = typeof wish extends fc.Arbitrary<infer Value> ? Value : never;

/** One thing after the other, or two at the same moment. */
const steps = fc
  .array(fc.array(wish, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: mostSteps, size: "max" })
  .map((rest) => [[{ verb: "submit" as const, which: 0, fraction: 0 }], ...rest]);

test.each([
  ["tiling", openTiling],
  ["analysis", openAnalysis],
  ["a toy", openToy],
] as const)(
  `${sequences} sequences of what befalls jobs of %s do what the model says`,
  {
    timeout: sequences * sequenceMs,
  },
  async (_, open) => {
    console.info(`The model's seed: MODEL_SEED=${seed}`);
    const own = await open();
    const options = { seed, numRuns: sequences, timeout: sequenceMs, endOnFailure: false };
    try {
      await fc.assert(
        fc.asyncProperty(steps, (sequence) => run(own, sequence)),
        options,
      );
    } finally {
      await own.drop();
    }
  },
);

async function run(own: Subject, sequence: readonly Wish[][]): Promise<void> {
  const world = new World(own);
  try {
    let model: Model = { images: [], claims: [] };
    for (const step of sequence) model = await take(world, model, step);
    expect(await world.violations()).toEqual([]);
  } finally {
    await world.end();
  }
}

/** One step in the world; answers what the model makes of it. */
async function take(world: World, before: Model, step: readonly Wish[]): Promise<Model> {
  const chosen = step.flatMap((each) => choose(before, each) ?? []).filter(areApart);
  const performed = await Promise.all(chosen.map((each) => world.perform(each)));
  const images = await world.look();
  const ended = performed.map((outcome, index) => [chosen[index] as Chosen, outcome()] as const);
  // What was done at the same moment must look like one after the other, in either order. A claim gives way to whoever
  // is changing the job that is next, and finds it the time after.
  const withoutMiss = ended.filter(([{ verb }, outcome]) => verb !== "claim" || outcome !== "NOTHING");
  for (const order of [ended, ended.toReversed(), ...(ended.length > 1 ? [withoutMiss] : [])]) {
    const model = order.reduce<Model | null>((state, [each, outcome]) => state && after(state, each, outcome), before);
    if (model && isDeepStrictEqual(model.images, images)) return model;
  }
  throw new Error(`No order of ${JSON.stringify({ ended, before, images }, null, 1)} explains what came of it.`);
}

function choose({ images, claims }: Model, { verb, which, fraction }: Wish): Chosen | null {
  const claim = isOfClaim(verb) ? (claims[claims.length - 1 - (which % claims.length)] ?? null) : null;
  if (isOfClaim(verb) && !claim) return null;
  return { verb, fraction, claim, image: images.length - 1 - (which % images.length) };
}

/** What only the world does to jobs happens to one at a time: it does not lock what it changes. */
const worldly: readonly Verb[] = ["submit", "expire", "stray", "loseMessages", "pausesEnd"];
const areApart = ({ verb }: Chosen, _: number, all: readonly Chosen[]): boolean =>
  all.length === 1 || !worldly.includes(verb);
