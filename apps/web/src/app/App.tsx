import { MantineProvider } from "@mantine/core";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { type createTrpcClient, trpc } from "../api/trpc.ts";
import type { UploadQueue } from "../upload/upload-queue.ts";
import { UploadsContext } from "../upload/uploads-context.ts";
import type { createAppRouter } from "./router.tsx";
import { cssVariables, theme } from "./theme.ts";

interface AppProps {
  readonly queryClient: QueryClient;
  readonly trpcClient: ReturnType<typeof createTrpcClient>;
  readonly uploads: UploadQueue;
  readonly router: ReturnType<typeof createAppRouter>;
}

export function App({ queryClient, trpcClient, uploads, router }: AppProps) {
  return (
    <trpc.Provider client={trpcClient} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>
        <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
          <UploadsContext value={uploads}>
            <RouterProvider router={router} />
          </UploadsContext>
        </MantineProvider>
      </QueryClientProvider>
    </trpc.Provider>
  );
}
