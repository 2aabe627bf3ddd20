import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { LibraryPage } from "../image/LibraryPage.tsx";
import { SlidePage } from "../image/SlidePage.tsx";
import { parseSortSearch } from "../image/sort.ts";
import { parseViewSearch } from "../viewer/search.ts";
import { NotFoundPage } from "./NotFoundPage.tsx";
import { pages } from "./pages.ts";
import { RouteError } from "./RouteError.tsx";
import { Shell } from "./Shell.tsx";

const rootRoute = createRootRoute({ component: Shell });

const libraryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: pages.library,
  validateSearch: parseSortSearch,
  component: LibraryPage,
});

const slideRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: pages.slide,
  validateSearch: parseViewSearch,
  component: SlidePage,
});

export const createAppRouter = () =>
  createRouter({
    routeTree: rootRoute.addChildren([libraryRoute, slideRoute]),
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
