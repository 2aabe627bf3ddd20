import { Link, Outlet } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { SettledContext } from "../ui/PageTitle.tsx";
import { DropAnywhere } from "../upload/DropAnywhere.tsx";
import { UploadTray } from "../upload/UploadTray.tsx";
import { ColorSchemeSwitch } from "./ColorSchemeSwitch.tsx";
import styles from "./Shell.module.css";
import { useFocusOnNavigation } from "./useFocusOnNavigation.ts";
import { useTrayHeight } from "./useTrayHeight.ts";

/** What stays while pages change. */
export function Shell() {
  const main = useRef<HTMLElement>(null);
  const trayHolder = useRef<HTMLDivElement>(null);
  const isSettled = useRef(false);
  useFocusOnNavigation(main);
  useTrayHeight(trayHolder);
  useEffect(() => {
    isSettled.current = true;
  }, []);
  return (
    <SettledContext value={isSettled}>
      <a href="#main" className={styles["skip"]}>
        Skip to content
      </a>
      <header className={styles["header"]}>
        <Link to="/" className={styles["brand"]} aria-label="Tilewright, to the library">
          <img src="/favicon.svg" alt="" width={28} height={28} />
          <span>Tilewright</span>
        </Link>
        <ColorSchemeSwitch />
      </header>
      <main id="main" ref={main} tabIndex={-1} className={styles["main"]}>
        <Outlet />
      </main>
      <div ref={trayHolder} className={styles["trayHolder"]}>
        <UploadTray />
      </div>
      <DropAnywhere />
    </SettledContext>
  );
}
