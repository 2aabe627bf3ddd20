import { readdirSync, readFileSync } from "node:fs";

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** What `ps` shows, with spaces between the arguments; some processes change it. */
  readonly command: string;
  /** When it was started: with its id, which may be given again, this names one process. */
  readonly since: string;
}

/** All processes of this machine that run; one that has ended and that nobody has collected does not. */
function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const [state, parent] = fields;
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent), command, since: fields[19] ?? "" }];
      } catch {
        return [];
      }
    });
}

/** Everything that a process has started, and what that has started. */
export function descendants(pid: number): Process[] {
  const all = processes();
  const below = (parent: number): Process[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid);
}

/** Those of the given ones that run. */
export function stillRunning(those: readonly Process[]): Process[] {
  const all = processes();
  return those.filter(({ pid, since }) => all.some((each) => each.pid === pid && each.since === since));
}
