import "./app/mantine-styles.ts";
import { createTilewrightClient } from "@tilewright/client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/query-client.ts";
import { createTrpcClient } from "./api/trpc.ts";
import { App } from "./app/App.tsx";
import { createAppRouter } from "./app/router.tsx";
import { browserPorts } from "./upload/upload-ports.ts";
import { UploadQueue } from "./upload/upload-queue.ts";

const baseUrl = location.origin;
const uploads = new UploadQueue(browserPorts(createTilewrightClient({ baseUrl })));
void uploads.restore();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <App
      queryClient={createQueryClient()}
      trpcClient={createTrpcClient(baseUrl)}
      uploads={uploads}
      router={createAppRouter()}
    />
  </StrictMode>,
);
