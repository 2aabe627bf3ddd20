import { existsSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { pages } from "./src/app/pages.ts";

/** Where `npm run dev` has the server. */
const server = process.env["SERVER_URL"] ?? "http://127.0.0.1:8420";

export default defineConfig({
  plugins: [react()],
  build: {
    // Everything that is loaded comes from files: the page's CSP allows no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome123", "firefox121", "safari17.5"],
    chunkSizeWarningLimit: 700,
  },
  // No list of the server's addresses to keep: whatever Vite does not make itself, the server answers.
  server: { proxy: { "/": { target: server, bypass: (request) => (isOfPage(request) ? request.url : undefined) } } },
});

const modules = /^\/(?:@|src\/|node_modules\/|__)/;
const pageForms = Object.values(pages).map((path) => new RegExp(`^${path.replaceAll(/\$\w+/g, "[^/]+")}/?$`));

/** Whether Vite answers: one of the page's own addresses, a module that it is made of, or a file beside them. */
function isOfPage({ method = "", url = "" }: IncomingMessage): boolean {
  if (!["GET", "HEAD"].includes(method)) return false;
  const path = url.replace(/[?#].*$/s, "");
  if (modules.test(path) || pageForms.some((form) => form.test(path))) return true;
  return path.includes(".") && existsSync(join(import.meta.dirname, "public", path));
}
