import type { Ports } from "@tilewright/core";

export interface RequestContext {
  readonly ports: Ports;
  readonly requestId: string;
  /** True when the caller presented the worker token. */
  readonly isWorker: boolean;
  /** Receives faults of the program; what the caller sees is only their request id. */
  readonly logFault: (error: unknown) => void;
}
