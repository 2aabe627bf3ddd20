import { type RefObject, useEffect } from "react";

const property = "--tw-tray-height";

/** Tells styles how much of the window's end the first element of `holder` covers: 0 px while there is none. */
export function useTrayHeight(holder: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { style } = document.documentElement;
    const sizes = new ResizeObserver(([entry]) => {
      const top = entry?.target.getBoundingClientRect().top ?? innerHeight;
      style.setProperty(property, `${Math.ceil(innerHeight - top)}px`);
    });
    const follow = () => {
      sizes.disconnect();
      const tray = holder.current?.firstElementChild;
      if (tray) sizes.observe(tray);
      else style.removeProperty(property);
    };
    const children = new MutationObserver(follow);
    if (holder.current) children.observe(holder.current, { childList: true });
    follow();
    return () => {
      children.disconnect();
      sizes.disconnect();
      style.removeProperty(property);
    };
  }, [holder]);
}
