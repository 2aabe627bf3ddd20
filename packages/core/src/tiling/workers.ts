/** Which workers there are to hand work to, as far as they have asked for any. */
export interface Workers {
  /** A worker is asking for work, and is taken to be there for `forMs` from now. */
  ask(workerId: string, forMs: number): Promise<void>;
  /** Whether a worker is asking or at work, on whichever server; asked at every poll of a waiting job, so cheap. */
  isAnyThere(): Promise<boolean>;
}
