import { type ViewCommand, viewCommands } from "./commands.ts";

const { zoomIn, zoomOut, showWhole, showPixelForPixel, rotateLeft, rotateRight } = viewCommands;
const { moveLeft, moveRight, moveUp, moveDown } = viewCommands;

const rotate = (isShifted: boolean): ViewCommand => (isShifted ? rotateLeft : rotateRight);

/**
 * By what is typed, on the main keys or the number pad. Plus and minus share their keys with = and _ on many layouts.
 */
const byCharacter: Readonly<Record<string, ViewCommand | typeof rotate>> = {
  "+": zoomIn,
  "=": zoomIn,
  "-": zoomOut,
  _: zoomOut,
  "0": showWhole,
  "1": showPixelForPixel,
  r: rotate,
  R: rotate,
  ArrowLeft: moveLeft,
  ArrowRight: moveRight,
  ArrowUp: moveUp,
  ArrowDown: moveDown,
};

/** By where the key is: for layouts that type digits with Shift only, and for alphabets without an R. */
const byPlace: Readonly<Record<string, ViewCommand | typeof rotate>> = {
  Digit0: showWhole,
  Digit1: showPixelForPixel,
};
const byPlaceInOtherAlphabets: typeof byPlace = { ...byPlace, KeyR: rotate };

const isLatin = (key: string): boolean => /^[a-z]$/i.test(key);

/** What a key does to the view; null for everything that is not the viewer's, such as the browser's own shortcuts. */
export function commandFor(event: KeyboardEvent): ViewCommand | null {
  const { key, code, shiftKey, repeat } = event;
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const found = byCharacter[key] ?? (isLatin(key) ? byPlace : byPlaceInOtherAlphabets)[code];
  const command = typeof found === "function" ? found(shiftKey) : found;
  // A key that is held moves on and on; zooming and turning go one step at a time.
  return !command || (repeat && !key.startsWith("Arrow")) ? null : command;
}

/** N goes to the next field worth a look, with Shift to the one before; null for every other key. */
export function fieldStepFor({ key, code, shiftKey, ctrlKey, altKey, metaKey, repeat }: KeyboardEvent): 1 | -1 | null {
  const isN = isLatin(key) ? key.toLowerCase() === "n" : code === "KeyN";
  return !isN || ctrlKey || altKey || metaKey || repeat ? null : shiftKey ? -1 : 1;
}
