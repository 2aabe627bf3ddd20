// npm run doctor: looks at what the service needs, and says what to fix. Takes the settings of npm start.
// Arguments after -- are the addresses at which people open the page: npm run doctor -- https://slides.example.org
import { fail, install, pinnedNode, run } from "./toolchain.mjs";

try {
  await install();
  process.exitCode = await run(pinnedNode, ["apps/server/src/doctor/main.ts", ...process.argv.slice(2)]);
} catch (error) {
  fail(error);
}
