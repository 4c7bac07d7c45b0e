import { type ModeName, MODES } from '../modes/modes.ts';

/** Returns one message for each value of `-t` that names no part of the mode's output. */
export function unknownTables(mode: ModeName, names: readonly string[]): readonly string[] {
  const { parts } = MODES[mode];
  if (parts.length === 0) return names.map((name) => `-t ${name}: mode ${mode} has no table to choose`);
  const known = `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
  return names.filter((name) => !parts.includes(name)).map((name) => `-t ${name}: kube-proxy uses ${known}`);
}
