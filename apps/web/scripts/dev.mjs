// The page out of its sources, for `npm run dev`: PORT is where it is opened, SERVER_URL who answers what is not the
// page. It ends with the process that has started it.
import { fileURLToPath } from "node:url";
import { createLogger, createServer } from "vite";

const logger = createLogger("info", { prefix: "", allowClearScreen: false });
const { error, info } = logger;
logger.info = (message, options) => info(message, { ...options, timestamp: false });
// A server that starts anew is away for a moment. The page says so itself.
logger.error = (message, options) => message.includes("http proxy error") || error(message, options);

const page = await createServer({
  root: fileURLToPath(new URL("..", import.meta.url)),
  customLogger: logger,
  clearScreen: false,
  server: { host: "127.0.0.1", port: Number(process.env.PORT), strictPort: true },
});
try {
  await page.listen();
} catch (error) {
  process.stderr.write(`${error.message}. Set PORT to another one, or stop who listens there.\n`);
  process.exit(1);
}
process.send?.("ready");

const end = () => page.close().finally(() => process.exit(0));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) process.once(signal, end);
process.once("disconnect", end);
