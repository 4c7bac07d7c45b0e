import { isIPv4, isIPv6 } from 'node:net';
import { type Problem } from '../text/problem.ts';
import { type FileSettings } from './read-configuration.ts';
import { readIp } from './ip-text.ts';
import { complain, type Setting } from './setting.ts';

interface Limit {
  readonly field: keyof FileSettings;
  readonly least: number;
  readonly most?: number;
  /** kube-proxy's words. Zero stands for the default where it says "greater than 0". */
  readonly must: string;
}

const NOT_NEGATIVE = { least: 0, must: 'must be greater than or equal to 0' } as const;
const POSITIVE = { least: 0, must: 'must be greater than 0' } as const;

/** Fields that shape no rule but that kube-proxy would refuse to start with. (pkg/proxy/apis/config/validation) */
const LIMITS: readonly Limit[] = [
  { field: 'oomScoreAdj', least: -1000, most: 1000, must: 'must be within the range [-1000, 1000]' },
  { field: 'clientConnection.burst', ...NOT_NEGATIVE },
  { field: 'configSyncPeriod', ...POSITIVE },
  { field: 'conntrack.max', ...NOT_NEGATIVE },
  { field: 'conntrack.maxPerCore', ...NOT_NEGATIVE },
  { field: 'conntrack.min', ...NOT_NEGATIVE },
  { field: 'conntrack.tcpCloseWaitTimeout', ...NOT_NEGATIVE },
  { field: 'conntrack.tcpEstablishedTimeout', ...NOT_NEGATIVE },
  { field: 'conntrack.udpStreamTimeout', ...NOT_NEGATIVE },
  { field: 'conntrack.udpTimeout', ...NOT_NEGATIVE },
  { field: 'iptables.minSyncPeriod', ...NOT_NEGATIVE },
  { field: 'iptables.syncPeriod', ...POSITIVE },
  { field: 'udpIdleTimeout', ...POSITIVE },
];

const NANOSECONDS = 1e9;
const DEFAULT_SYNC_PERIOD = 30 * NANOSECONDS;

/** What kube-proxy would refuse in the parts of the file that no rule depends on. */
export function checkLimits(file: FileSettings): readonly Problem[] {
  return [
    ...LIMITS.flatMap((limit) => checkLimit(limit, file[limit.field])),
    ...checkPeriods(file),
    ...checkHostPort(file.healthzBindAddress),
    ...checkHostPort(file.metricsBindAddress),
  ];
}

function checkLimit({ field, least, most, must }: Limit, setting: Setting<unknown> | undefined): Problem[] {
  if (typeof setting?.value !== 'number') return [];
  const { value, origin } = setting;
  if (value >= least && (most === undefined || value <= most)) return [];
  const isDuration = /Period$|Timeout$/.test(field);
  const shown = isDuration ? `${value / NANOSECONDS}s` : String(value);
  return [complain(origin, `Invalid value: ${shown}: ${must}`)];
}

function checkPeriods(file: FileSettings): readonly Problem[] {
  const least = file['iptables.minSyncPeriod'];
  const period = file['iptables.syncPeriod'];
  const inForce = period === undefined || period.value === 0 ? DEFAULT_SYNC_PERIOD : period.value;
  if (least === undefined || inForce < 0 || least.value <= inForce) return [];
  const shown = `${least.value / NANOSECONDS}s`;
  const message = `Invalid value: ${shown}: iptables.syncPeriod must be greater than or equal to iptables.minSyncPeriod`;
  return [complain(least.origin, message)];
}

/** `IP:port`, or an IP alone, which gets a default port. (validateHostPort; AppendPortIfNeeded, pkg/proxy/util) */
function checkHostPort(setting: Setting<string> | undefined): readonly Problem[] {
  if (setting === undefined || setting.value === '' || readIp(setting.value) !== undefined) return [];
  const { value, origin } = setting;
  const parts = /^\[([^[\]]*)\]:([^:]*)$|^([^:[\]]*):([^:]*)$/.exec(value);
  if (parts === null) return [complain(origin, `Invalid value: ${JSON.stringify(value)}: must be IP:port`)];
  const host = parts[1] ?? parts[3] ?? '';
  const port = parts[2] ?? parts[4] ?? '';
  const problems: Problem[] = [];
  if (!isIPv4(host) && !isIPv6(host)) {
    problems.push(complain(origin, `Invalid value: ${JSON.stringify(host)}: must be a valid IP`));
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    problems.push(complain(origin, `Invalid value: ${JSON.stringify(port)}: must be a valid port`));
  }
  return problems;
}
