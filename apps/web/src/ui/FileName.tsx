import { shownName } from "@tilewright/core";

/** A name in the direction that it is written in: it turns nothing beside it around, nor itself. */
export const FileName = ({ name }: { readonly name: string }) => <bdi>{shownName(name)}</bdi>;

/** The same for places that take no elements, such as a window's title. */
export const isolated = (name: string): string => `\u2068${shownName(name)}\u2069`;
