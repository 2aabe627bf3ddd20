/** Which workers there are to hand a domain's work to, as far as they have asked for any. */
export interface Workers {
  /** A worker is asking for work, and is taken to be there for `forMs` from now. @param kinds all it can do. */
  ask(workerId: string, forMs: number, kinds?: readonly string[]): Promise<void>;
  /**
   * Whether a worker that can do work of this kind is asking or at work, on whichever server; asked at every poll of a
   * waiting job, so cheap. Domains whose work is of one kind name none.
   */
  isAnyThere(kind?: string): Promise<boolean>;
}
