/** How several servers share a duty that is worth doing once. */
export interface Turns {
  /**
   * True for exactly one caller per `everyMs`, by the database's clock. A caller that dies afterwards has had its turn;
   * the next one comes a period later.
   */
  take(duty: string, everyMs: number): Promise<boolean>;
}
