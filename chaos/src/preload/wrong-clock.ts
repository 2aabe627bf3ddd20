// Shifts this process's wall clock by CLOCK_SHIFT_MS. The monotonic clock runs on, as it does in a machine whose time
// is wrong.
const shiftMs = Number(process.env["CLOCK_SHIFT_MS"]);
const RightDate = Date;

globalThis.Date = class extends RightDate {
  constructor(...given: [] | ConstructorParameters<typeof RightDate>) {
    if (given.length === 0) super(RightDate.now() + shiftMs);
    else super(...given);
  }
  static override now(): number {
    return RightDate.now() + shiftMs;
  }
} as DateConstructor;
