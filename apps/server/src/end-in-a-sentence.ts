// Imported first by a command for operators: whatever ends it is said in words, and a stack helps nobody there.
process.on("uncaughtException", (error: unknown) => {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
