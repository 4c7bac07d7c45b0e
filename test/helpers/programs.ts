import { spawnSync } from 'node:child_process';

/** A program that a test runs, and an option with which it only says its version. */
export type Program = readonly [name: string, versionOption: string];

/**
 * Returns what this machine lacks for some tests; undefined when nothing is. Says so aloud, because a skipped test
 * proves nothing; with SVC2IPT_KERNEL=required it throws instead.
 */
export function whyNoPrograms(
  tests: string,
  packages: string,
  programs: readonly Program[],
): string | undefined {
  const missing = programs.filter(([program, option]) => spawnSync(program, [option]).error !== undefined);
  if (missing.length === 0) return undefined;
  const reason = `missing: ${missing.map(([program]) => program).join(', ')}`;
  if (process.env['SVC2IPT_KERNEL'] === 'required') throw new Error(reason);
  process.stderr.write(`\n${tests} TESTS SKIPPED: they need ${packages} (${reason})\n`);
  return reason;
}
