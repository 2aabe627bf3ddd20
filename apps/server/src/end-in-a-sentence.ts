// Imported first by a command for operators: whatever ends it is said in words, and a stack helps nobody there.
import { inWords } from "./explain-start.ts";

process.on("uncaughtException", (error: unknown) => {
  process.stderr.write(`\n${inWords(error)}\n`);
  process.exit(1);
});
