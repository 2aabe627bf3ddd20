import { globSync, watch } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain.mjs";

const isSource = /\.(?:ts|mjs|json|prisma|sql)$/;
const isTest = /\.test\.ts$|(?:^|\/)testing\//;
/** An editor that saves all files, or a checkout, is one change. */
const quietMs = 150;

/**
 * Calls `onChange` with the path of what has changed, once for changes in quick succession, and never while an earlier
 * call is under way: what comes meanwhile is one more change.
 */
export function watchSources(folders, onChange) {
  let timer;
  let changed = null;
  let isBusy = false;
  const tell = async () => {
    if (isBusy || changed === null) return;
    const path = changed;
    changed = null;
    isBusy = true;
    await onChange(path);
    isBusy = false;
    await tell();
  };
  for (const folder of globSync(folders, { cwd: root })) {
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      if (name === null || !isSource.test(name) || isTest.test(name)) return;
      changed = join(root, folder, name);
      clearTimeout(timer);
      timer = setTimeout(tell, quietMs);
    });
  }
}
