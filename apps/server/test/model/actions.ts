import fc from "fast-check";

const slot = fc.nat({ max: 3 });
const claim = fc.nat({ max: 7 });
const failureCode = fc.constantFrom("CORRUPT_IMAGE", "STORAGE_UNAVAILABLE");

const on = <Kind extends string>(kind: Kind, image: fc.Arbitrary<number> = slot) =>
  fc.record({ kind: fc.constant(kind), image });
const by = <Kind extends string>(kind: Kind) => fc.record({ kind: fc.constant(kind), claim });
const whole = <Kind extends string>(kind: Kind) => fc.record({ kind: fc.constant(kind) });

/**
 * What people, workers and the maintenance do. `image` chooses among the images there are, `claim` among all claims
 * ever granted: the later ones more likely, the others are those of zombies.
 */
const verb = fc.oneof(
  { weight: 3, arbitrary: on("complete") },
  { weight: 1, arbitrary: on("abort") },
  { weight: 5, arbitrary: whole("claim") },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("beat" as const), claim, tilesDone: fc.nat({ max: 9 }) }) },
  { weight: 4, arbitrary: by("publish") },
  { weight: 4, arbitrary: by("markComplete") },
  { weight: 2, arbitrary: by("reuse") },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("markFailed" as const), claim, code: failureCode }) },
  { weight: 1, arbitrary: by("handBack") },
  { weight: 2, arbitrary: on("cancel") },
  { weight: 3, arbitrary: on("retry") },
  { weight: 1, arbitrary: on("delete") },
  { weight: 3, arbitrary: on("findBroken") },
  { weight: 3, arbitrary: whole("reap") },
  { weight: 1, arbitrary: whole("reconcile") },
  { weight: 1, arbitrary: whole("recoverUploads") },
  { weight: 1, arbitrary: whole("sweep") },
);
export type Verb = typeof verb extends fc.Arbitrary<infer Value> ? Value : never;

/** What the world does to them: time, crashes between two systems, and messages that get lost or appear. */
const mishap = fc.oneof(
  { weight: 4, arbitrary: whole("open") },
  { weight: 1, arbitrary: whole("drop") },
  { weight: 1, arbitrary: on("assemble") },
  { weight: 4, arbitrary: on("expire") },
  { weight: 2, arbitrary: whole("pausesEnd") },
  { weight: 1, arbitrary: whole("loseMessages") },
  { weight: 1, arbitrary: on("strayMessage") },
);
export type Mishap = typeof mishap extends fc.Arbitrary<infer Value> ? Value : never;

/** One thing after the other, or two verbs at the same moment. */
export type Step = { readonly alone: Verb | Mishap } | { readonly together: readonly [Verb, Verb] };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ alone: mishap }) },
  { weight: 4, arbitrary: fc.record({ alone: verb }) },
  { weight: 2, arbitrary: fc.record({ together: fc.tuple(verb, verb) }) },
);

/** Begins with something to do; shorter ones are tried first when a failing one is made small. */
export const steps = (mostSteps: number): fc.Arbitrary<Step[]> =>
  fc
    .array(step, { minLength: 1, maxLength: mostSteps, size: "max" })
    .map((rest) => [{ alone: { kind: "open" } }, { alone: { kind: "complete", image: 0 } }, ...rest]);
