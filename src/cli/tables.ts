import { type ModeName, MODES } from '../modes/modes.ts';

/** Returns one message for each value of `-t` that names no table of the mode's output. */
export function unknownTables(mode: ModeName, names: readonly string[]): readonly string[] {
  const { parts, partOption } = MODES[mode];
  if (partOption !== '-t' && names.length > 0)
    return [`-t: the output of mode ${mode} has parts, not tables: choose with ${partOption}`];
  if (parts.length === 0) return names.map((name) => `-t ${name}: mode ${mode} has no table to choose`);
  return names
    .filter((name) => !parts.includes(name))
    .map((name) => `-t ${name}: kube-proxy uses ${inWords(parts)}`);
}

/** Returns one message for each value of `--part` that names no part of the mode's output. */
export function unknownParts(mode: ModeName, names: readonly string[]): readonly string[] {
  const { parts, partOption } = MODES[mode];
  if (partOption !== '--part' && names.length > 0)
    return [`--part: the output of mode ${mode} has no parts of several kinds; mode ipvs has`];
  return names
    .filter((name) => !parts.includes(name))
    .map((name) => `--part ${name}: mode ${mode} has ${inWords(parts)}`);
}

const inWords = (names: readonly string[]): string =>
  `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
