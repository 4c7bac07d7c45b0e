import { collector } from '../diagnostics/collector.ts';
import { flagComesWith, isGone, isSetByOther, type SettingType } from '../dialect/settings.ts';
import { type Version } from '../dialect/version.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { parseDuration } from './duration.ts';
import { parseFeatureGates } from './feature-gates-flag.ts';
import {
  flagRows,
  type FlagSetting,
  flagValue,
  type KubeProxyFlags,
  settingRows,
} from './kube-proxy-flags.ts';
import { type FileSettings } from './read-configuration.ts';
import { fromFlag, type Setting, complain, refused } from './setting.ts';

/**
 * The settings that the user chose, by JSON path. A flag replaces the value of the file. Absent: the user chose
 * nothing.
 */
export interface ChosenSettings extends Omit<FileSettings, 'featureGates'> {
  /** The gates of the file, followed by those of the flag. Both apply. */
  readonly featureGates: readonly Setting<ReadonlyMap<string, boolean>>[];
}

/**
 * Merges the flags into the file; flags win. Feature gates of both apply, with those of the flag last.
 * Errors: a flag that kube-proxy of the version does not have; a malformed duration; malformed feature gates.
 */
export function chooseSettings(
  file: FileSettings,
  flags: KubeProxyFlags,
  version: Version,
): Outcome<ChosenSettings> {
  const { keep, problems } = collector();
  const given = new Map<string, Setting<unknown>>();
  for (const [path, row] of flagRows()) {
    const value = flagValue(flags, row.name);
    if (value === undefined) continue;
    const setting = keep(readFlag(row, value, version));
    if (setting === undefined) continue;
    given.set(path, setting);
    for (const other of alsoSetBy(row.name, version)) given.set(other, setting);
  }
  // Each value has the type that its row names.
  const fromFlags = Object.fromEntries(given) as FileSettings;
  const featureGates = [file.featureGates, fromFlags.featureGates].filter((setting) => setting !== undefined);
  return { value: { ...file, ...fromFlags, featureGates }, problems };
}

/** Returns the paths of other settings that a flag sets. */
function alsoSetBy(name: string, version: Version): readonly string[] {
  return settingRows().flatMap(([path, row]) =>
    row.setBy?.name === name && isSetByOther(row, version) ? [path] : [],
  );
}

/**
 * Reads the value of a flag. Returns undefined when the release does not have the flag or the value is malformed, and
 * for an empty list of gates.
 */
function readFlag(row: FlagSetting, value: unknown, version: Version): Outcome<Setting<unknown> | undefined> {
  const refuse = (message: string): Outcome<undefined> => ({
    value: undefined,
    problems: [complain('flag-unknown', { path: [row.flag] }, message)],
  });
  const since = flagComesWith(row, version);
  if (since !== undefined) {
    return refuse(`unknown flag: ${row.flag} (kube-proxy ${version}; it works from ${since} on)`);
  }
  if (isGone(row, version)) {
    return refuse(`unknown flag: ${row.flag} (kube-proxy ${version}; gone since ${row.until ?? ''})`);
  }
  return READERS[row.type]?.(row.flag, value) ?? { value: fromFlag(row.flag, value), problems: [] };
}

/** Types whose values are read from text here. The command line reads the values of other types. */
const READERS: Readonly<
  Partial<Record<SettingType, (flag: string, value: unknown) => Outcome<Setting<unknown> | undefined>>>
> = {
  gates: (flag, value) => parseFeatureGates(flag, String(value)),
  duration: (flag, value) => {
    const nanoseconds = parseDuration(String(value));
    if (nanoseconds !== undefined) return { value: fromFlag(flag, nanoseconds), problems: [] };
    const message = `must be a duration such as "30s", not ${JSON.stringify(value)}`;
    return { value: undefined, problems: [refused({ path: [flag] }, message)] };
  },
};
