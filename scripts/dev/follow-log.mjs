import { closeSync, openSync, readSync, statSync } from "node:fs";
import { say } from "./part.mjs";

const betweenLooksMs = 300;
/** Of a call that was waiting when the server stopped: its answer has nowhere to go. */
const cutOff = "ERR_STREAM_PREMATURE_CLOSE";
const worthSaying = { 40: "warning", 50: "error", 60: "fatal" };
/** Where something went wrong: more of a stack is of Node. */
const mostStackLines = 6;

/** Says what a program logs from now on, as far as it is a warning or worse; the rest is in the file. */
export function followLog(name, path) {
  let end = sizeOf(path);
  let rest = "";
  setInterval(() => {
    const size = sizeOf(path);
    // A full log is put aside, and a new one begun.
    if (size < end) end = 0;
    if (size === end) return;
    const lines = (rest + read(path, end, size)).split("\n");
    end = size;
    rest = lines.pop() ?? "";
    for (const line of lines) sayEntry(name, line);
  }, betweenLooksMs).unref();
}

function sayEntry(name, line) {
  try {
    const { level, msg, err } = JSON.parse(line);
    const word = worthSaying[level];
    if (!word || err?.code === cutOff) return;
    const stack = (err?.stack ?? err?.message ?? "").split("\n").slice(0, mostStackLines);
    say(name, [`${word}: ${msg ?? ""}`, ...stack.filter((each) => each !== "")].join("\n         "));
  } catch {
    say(name, line);
  }
}

function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function read(path, start, end) {
  const file = openSync(path, "r");
  const bytes = Buffer.alloc(end - start);
  readSync(file, bytes, 0, bytes.length, start);
  closeSync(file);
  return bytes.toString();
}
