import { isIPv4, isIPv6 } from 'node:net';
import { areChecked, defaultNumber, type SettingRow } from '../dialect/settings.ts';
import { releaseBefore, type Version } from '../dialect/version.ts';
import { type ProxyMode } from '../proxy/settings.ts';
import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type ChosenSettings } from './choose-settings.ts';
import { settingAt } from './configuration-schema.ts';
import { readIp } from './ip-text.ts';
import { settingRows } from './kube-proxy-flags.ts';
import { type Setting, refused } from './setting.ts';

const NANOSECONDS = 1e9;

/** Checks single values that kube-proxy refuses, whatever the rules are. (pkg/proxy/apis/config/validation) */
export function checkLimits(
  chosen: ChosenSettings,
  mode: ProxyMode,
  version: Version,
): readonly Diagnostic[] {
  const isChecked = ({ limits }: SettingRow): boolean =>
    limits !== undefined && areChecked(limits, mode, version);
  const numbers: ReadonlyMap<string, Setting<number>> = new Map(Object.entries(chosen).filter(isNumber));
  const rows = settingRows().filter(([, row]) => isChecked(row));
  return [
    ...rows.flatMap(([path, row]) => checkLimit(row, numbers.get(path))),
    ...rows.flatMap(([path, row]) => checkPeriods(path, row, numbers, version)),
    ...checkHostPort(chosen.healthzBindAddress),
    ...checkHostPort(chosen.metricsBindAddress),
    ...checkHiddenMetrics(chosen.showHiddenMetricsForVersion, version),
  ];
}

const isNumber = (entry: [string, unknown]): entry is [string, Setting<number>] =>
  typeof (entry[1] as Setting<unknown> | undefined)?.value === 'number';

function checkLimit(
  { limits, type }: SettingRow,
  setting: Setting<number> | undefined,
): readonly Diagnostic[] {
  if (setting === undefined || limits === undefined) return [];
  const { value, origin } = setting;
  const isWhole = type !== 'integer' || Number.isInteger(value);
  if (isWhole && value >= limits.least && value <= (limits.most ?? Infinity)) return [];
  return [refused(origin, `Invalid value: ${shown(type, value)}: ${limits.must}`)];
}

const shown = (type: SettingRow['type'], value: number): string =>
  type === 'duration' ? `${value / NANOSECONDS}s` : String(value);

/** Checks the shortest and the usual time between two syncs, as in `iptables.minSyncPeriod`. */
function checkPeriods(
  path: string,
  row: SettingRow,
  numbers: ReadonlyMap<string, Setting<number>>,
  version: Version,
): readonly Diagnostic[] {
  const group = /^(.+)\.minSyncPeriod$/.exec(path)?.[1];
  if (group === undefined) return [];
  const usualPath = `${group}.syncPeriod`;
  const least = inForce(row, numbers.get(path), version);
  const usual = inForce(settingAt(usualPath), numbers.get(usualPath), version);
  const origin = (numbers.get(path) ?? numbers.get(usualPath))?.origin;
  if (origin === undefined || usual < 0 || least <= usual) return [];
  const must = `${usualPath} must be greater than or equal to ${path}`;
  return [refused(origin, `Invalid value: ${shown('duration', least)}: ${must}`)];
}

/** Zero stands for the default. (SetDefaults_KubeProxyConfiguration) */
const inForce = (
  row: SettingRow | undefined,
  setting: Setting<number> | undefined,
  version: Version,
): number =>
  setting !== undefined && setting.value !== 0
    ? setting.value
    : row === undefined
      ? 0
      : defaultNumber(row, version);

/**
 * Checks `IP:port`, or an IP alone, which gets a default port. (validateHostPort; AppendPortIfNeeded, pkg/proxy/util)
 */
function checkHostPort(setting: Setting<string> | undefined): readonly Diagnostic[] {
  if (setting === undefined || setting.value === '' || readIp(setting.value) !== undefined) return [];
  const { value, origin } = setting;
  const parts = /^\[([^[\]]*)\]:([^:]*)$|^([^:[\]]*):([^:]*)$/.exec(value);
  if (parts === null) return [refused(origin, `Invalid value: ${JSON.stringify(value)}: must be IP:port`)];
  const host = parts[1] ?? parts[3] ?? '';
  const port = parts[2] ?? parts[4] ?? '';
  const problems: Diagnostic[] = [];
  if (!isIPv4(host) && !isIPv6(host)) {
    problems.push(refused(origin, `Invalid value: ${JSON.stringify(host)}: must be a valid IP`));
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    problems.push(refused(origin, `Invalid value: ${JSON.stringify(port)}: must be a valid port`));
  }
  return problems;
}

/** (ValidateShowHiddenMetricsVersion, component-base/metrics) */
function checkHiddenMetrics(setting: Setting<string> | undefined, version: Version): readonly Diagnostic[] {
  const before = releaseBefore(version);
  if (setting === undefined || setting.value === '' || setting.value === before) return [];
  const must = `must be omitted or have the value '${before ?? ''}'; only the previous minor version is allowed`;
  return [refused(setting.origin, `Invalid value: ${JSON.stringify(setting.value)}: ${must}`)];
}
