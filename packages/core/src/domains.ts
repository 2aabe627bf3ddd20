/** What the system can do with an image. Each domain has a folder of this name in every layer. */
export const jobDomains = ["tiling"] as const;
export type JobDomain = (typeof jobDomains)[number];
