const quietAfterMs = 1_000;
const betweenLooksMs = 250;

interface Watched {
  /** When something of it moved last, by `performance.now()`. */
  readonly newsAtMs: () => number;
  /** Answers soon, whatever happens. */
  readonly isServerInReach: () => Promise<boolean>;
  readonly tell: (isCutOff: boolean) => void;
}

/**
 * Looks whether the server is there whenever nothing moves, so that a cut line is told within three seconds instead of
 * when the last try has failed. @returns the end of it.
 */
export function watchLine({ newsAtMs, isServerInReach, tell }: Watched): () => void {
  let [isAsking, isEnded] = [false, false];
  const isQuiet = () => performance.now() - newsAtMs() >= quietAfterMs;
  const timer = setInterval(async () => {
    if (isAsking) return;
    if (!isQuiet()) return tell(false);
    isAsking = true;
    const isInReach = await isServerInReach();
    isAsking = false;
    if (!isEnded) tell(!isInReach && isQuiet());
  }, betweenLooksMs);
  return () => {
    isEnded = true;
    clearInterval(timer);
  };
}
