// Loaded into Prisma Studio's server: its page would report its launch to Prisma, and nothing leaves this machine.
import { subscribe } from "node:diagnostics_channel";

const policy = [
  "default-src 'self'",
  // The page's own: configuration and styles within the document, an icon in its address, editors in workers.
  "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
].join("; ");

subscribe("http.server.request.start", ({ response }) => response.setHeader("content-security-policy", policy));
