import { Title, type TitleProps } from "@mantine/core";
import { createContext, type RefObject, use, useEffect, useRef } from "react";

/** True once the first page is shown. */
export const SettledContext = createContext<RefObject<boolean>>({ current: false });

/**
 * The one heading of a page, whatever state that is in. Where the page becomes another one by itself and takes away
 * what had the focus, the heading gets it: keyboards and screen readers begin there.
 */
export function PageTitle(props: Omit<TitleProps, "order" | "ref">) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isSettled = use(SettledContext);
  useEffect(() => {
    if (isSettled.current && document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, [isSettled]);
  return <Title order={1} ref={heading} tabIndex={-1} {...props} />;
}
