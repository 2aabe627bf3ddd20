import { Anchor, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";

type LinkButtonProps = ButtonProps & Omit<ComponentProps<"a">, keyof ButtonProps>;

/** Mantine's looks with the router's typed destinations. */
export const ButtonLink = createLink((props: LinkButtonProps) => <Button component="a" {...props} />);
export const TextLink = createLink(Anchor<"a">);
