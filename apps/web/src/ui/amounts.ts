/** Amounts as people write them. The page speaks English, so its numbers do too, whatever the system's language. */
const whole = new Intl.NumberFormat("en");
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const momentWithSeconds = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

const byteUnits = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;

/** 1 kB = 1,000 bytes, as disks and networks count. Three significant digits: "19.4 GB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? "1 byte" : `${whole.format(Math.round(bytes))} bytes`;
  let value = bytes;
  let unit = 0;
  // 999.5 would be written as 1000: it belongs to the next unit.
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${byteUnits[unit]}`;
}

export const formatSpeed = (bytesPerSecond: number): string => `${formatBytes(bytesPerSecond)}/s`;

/** Rounded to what a waiting person wants to know: "40 s", "12 min", "3 h 20 min", "2 d 4 h". */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return `${total} s`;
  const minutes = Math.round(total / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(`${hours} h`, minutes % 60, "min");
  return join(`${Math.floor(hours / 24)} d`, hours % 24, "h");
}

const join = (large: string, rest: number, unit: string): string => (rest === 0 ? large : `${large} ${rest} ${unit}`);

/** "12,480" */
export const formatCount = (count: number): string => whole.format(count);

/** Three significant digits, without zeros at the end: "0.499", "20". */
export const formatSignificant = (value: number): string => String(Number(value.toPrecision(3)));

const sample = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

/** Any number that an instrument may give: "65,535", "-0.25", "3.4e+38". */
export function formatSample(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e9 || size < 1e-4) ? String(Number(value.toPrecision(3))) : sample.format(value);
}

/** "98,304 × 65,536 px" */
export const formatPixels = (widthPx: number, heightPx: number): string =>
  `${whole.format(widthPx)} × ${whole.format(heightPx)} px`;

/** "6.4 gigapixels"; plain pixels up to a million. */
export function formatPixelCount(widthPx: number, heightPx: number): string {
  const pixels = widthPx * heightPx;
  if (pixels >= 1e9) return `${(pixels / 1e9).toFixed(pixels < 1e10 ? 2 : 1)} gigapixels`;
  if (pixels >= 1e6) return `${(pixels / 1e6).toFixed(pixels < 1e7 ? 1 : 0)} megapixels`;
  return `${whole.format(pixels)} pixels`;
}

/** Whole percent, never 100 before the end is reached. */
export const wholePercent = (fraction: number): number => Math.floor(Math.min(1, Math.max(0, fraction)) * 100);

/** ISO 8601 to the reader's own time zone: "24 Nov 2025, 14:05". */
export const formatMoment = (iso: string): string => moment.format(new Date(iso));
export const formatMomentWithSeconds = (iso: string): string => momentWithSeconds.format(new Date(iso));
