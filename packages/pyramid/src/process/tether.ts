import { spawnSync } from "node:child_process";

const setpriv = "/usr/bin/setpriv";
let canTether: boolean | null = null;

/**
 * A command that the kernel ends together with the process that starts it, however that ends: nobody else would. Where
 * there is no `setpriv` of util-linux, as on macOS, it is the command as it is, and ends when its process group is
 * ended.
 *
 * Between its start and its tether the parent may be gone already: who runs it compares its parent's id with the one it
 * had.
 */
export function tethered(command: readonly string[]): [program: string, ...args: string[]] {
  // Busybox has a command of the same name that can do less.
  canTether ??= spawnSync(setpriv, ["--pdeathsig=KILL", "true"]).status === 0;
  const [program = "", ...args] = canTether ? [setpriv, "--pdeathsig=KILL", ...command] : command;
  return [program, ...args];
}
