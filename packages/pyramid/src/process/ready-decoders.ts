import { type Decoder, endDecoder, startDecoder } from "./decoder.ts";

/**
 * Processes that are started before there is work for them, so that it need not wait until they have. Each still does
 * one task and ends with it.
 */
export class ReadyDecoders {
  readonly #waiting: Decoder[] = [];
  readonly #count: number;

  /** @param count how many tasks begin at a time. */
  constructor(count: number) {
    this.#count = count;
  }

  /** Starts as many as are missing. At its best while nothing else is to be done. */
  fill(): void {
    while (this.#waiting.length < this.#count) this.#add(startDecoder());
  }

  /** One that waits, or a new one. */
  take(): Decoder {
    return this.#waiting.shift() ?? startDecoder();
  }

  /** Ends those that wait. */
  async close(): Promise<void> {
    await Promise.all(this.#waiting.splice(0).map(endDecoder));
  }

  #add(decoder: Decoder): void {
    this.#waiting.push(decoder);
    const forget = (): void => {
      const at = this.#waiting.indexOf(decoder);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
    decoder.ended.then(forget, forget);
  }
}
