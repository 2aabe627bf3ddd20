/** The addresses that the page itself answers. While it is developed, all others are the server's. */
export const pages = { library: "/", slide: "/slides/$imageId" } as const;
