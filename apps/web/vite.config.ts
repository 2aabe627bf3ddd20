import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = "http://127.0.0.1:8420";

export default defineConfig({
  plugins: [react()],
  build: {
    // Everything that is loaded comes from files: the page's CSP allows no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome123", "firefox121", "safari17.5"],
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/trpc": server, "/uploads": server, "/pyramids": server } },
});
