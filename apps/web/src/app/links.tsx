import { Anchor, Button } from "@mantine/core";
import { createLink } from "@tanstack/react-router";

/** Mantine's looks with the router's typed destinations. */
export const ButtonLink = createLink(Button<"a">);
export const TextLink = createLink(Anchor<"a">);
