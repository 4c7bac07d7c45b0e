import { type SettingRow } from '../dialect/settings.ts';
import { settingRows } from './kube-proxy-flags.ts';

const ROW_BY_PATH: ReadonlyMap<string, SettingRow> = new Map(settingRows());

/** The setting at a JSON path of the configuration; undefined for what no release knows. */
export const settingAt = (path: string): SettingRow | undefined => ROW_BY_PATH.get(path);

const GROUPS: ReadonlyMap<string, readonly string[]> = groupPaths();

function groupPaths(): ReadonlyMap<string, readonly string[]> {
  const top: string[] = [];
  const groups = new Map<string, string[]>([['', top]]);
  for (const path of ROW_BY_PATH.keys()) {
    const dot = path.indexOf('.');
    const group = dot === -1 ? '' : path.slice(0, dot);
    const names = groups.get(group);
    if (names !== undefined) names.push(path.slice(dot + 1));
    else {
      groups.set(group, [path.slice(dot + 1)]);
      top.push(group);
    }
  }
  return groups;
}

/** Whether the path is that of an object of settings. */
export const isGroup = (path: string): boolean => path !== '' && GROUPS.has(path);

/** The keys that an object of the configuration may have; `''` is the configuration itself. */
export const keysOf = (group: string): readonly string[] => GROUPS.get(group) ?? [];
