const property = "--tw-tray-height";

/** A ref that tells the styles how much of the window's foot the tray takes, so that what scrolls can leave it room. */
export function tellTrayHeight(tray: HTMLElement | null): (() => void) | undefined {
  if (!tray) return;
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => style.setProperty(property, `${tray.offsetHeight}px`));
  observer.observe(tray);
  return () => {
    observer.disconnect();
    style.removeProperty(property);
  };
}
