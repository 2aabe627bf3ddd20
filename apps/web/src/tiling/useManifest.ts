import { useQuery } from "@tanstack/react-query";
import type { PyramidManifest } from "@tilewright/core/tiling";

/** What is written beside the pyramid of a COMPLETED job, once it is here; it never changes. */
export function useManifest(jobId: string | null): PyramidManifest | undefined {
  const { data } = useQuery({
    queryKey: ["manifest", jobId],
    queryFn: async ({ signal }): Promise<PyramidManifest> => {
      const response = await fetch(`/pyramids/${jobId}/manifest.json`, { signal });
      if (!response.ok) throw new Error(`The manifest could not be read: ${response.status}.`);
      // Loaded with the first manifest: the library needs no schemas.
      const { parseManifest } = await import("./parse-manifest.ts");
      return parseManifest(await response.json());
    },
    enabled: jobId !== null,
    staleTime: Number.POSITIVE_INFINITY,
    // The page is whole without it: a slide that was deleted meanwhile must not be asked for again and again.
    retry: 3,
  });
  return data;
}
