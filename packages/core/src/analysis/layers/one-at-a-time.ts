let last: Promise<unknown> = Promise.resolve();

/** A layer takes five times its bytes while it is read: however many results arrive, a server reads one at a time. */
export function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = last.then(work);
  last = result.catch(() => {});
  return result;
}
