import { SETTINGS } from '../dialect/setting-table.ts';
import { type IpvsSettings } from '../proxy/settings.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { type Cidr } from '../text/ip.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type ChosenSettings } from './choose-settings.ts';
import { type SettingContext } from './setting-context.ts';
import { readCidr } from './ip-text.ts';
import { refused } from './setting.ts';

/** The schedulers of Linux, each a module `ip_vs_` and its name. (net/netfilter/ipvs/Kconfig, Linux 6.18) */
const SCHEDULERS: readonly string[] = [
  'rr', 'wrr', 'lc', 'wlc', 'fo', 'ovf', 'lblc', 'lblcr', 'dh', 'sh', 'mh', 'sed', 'nq', 'twos',
]; // prettier-ignore

/**
 * Resolves the settings of mode ipvs. Errors: an excluded network that is malformed (validateIPVSExcludeCIDRs,
 * pkg/proxy/apis/config/validation); a scheduler that the kernel does not have (CanUseIPVSProxier, pkg/proxy/ipvs).
 */
export function resolveIpvs(chosen: ChosenSettings, context: SettingContext): Outcome<IpvsSettings> {
  const excluded = excludedNetworks(chosen['ipvs.excludeCIDRs']);
  const given = chosen['ipvs.scheduler'];
  const scheduler = given?.value ?? '';
  const unknown =
    given === undefined || scheduler === '' || SCHEDULERS.includes(scheduler)
      ? []
      : [refused(given.origin, unknownScheduler(scheduler, context))];
  const value: IpvsSettings = {
    scheduler: scheduler === '' ? SETTINGS['ipvs.scheduler'].default : scheduler,
    strictARP: chosen['ipvs.strictARP']?.value ?? false,
    excludeCIDRs: excluded.value,
    tcpTimeout: chosen['ipvs.tcpTimeout']?.value ?? 0,
    tcpFinTimeout: chosen['ipvs.tcpFinTimeout']?.value ?? 0,
    udpTimeout: chosen['ipvs.udpTimeout']?.value ?? 0,
  };
  return { value, problems: [...unknown, ...excluded.problems] };
}

/** Reads the networks whose virtual servers kube-proxy leaves alone. */
function excludedNetworks(given: ChosenSettings['ipvs.excludeCIDRs']): Outcome<readonly Cidr[]> {
  if (given === undefined) return { value: [], problems: [] };
  const networks = given.value.map(readCidr);
  const problems = given.value.flatMap((text, index) => {
    const message = `Invalid value: ${JSON.stringify(text)}: must be a valid CIDR`;
    return networks[index] === undefined ? [refused(given.origin, message, [index])] : [];
  });
  return { value: networks.filter((network) => network !== undefined), problems };
}

/** What kube-proxy of the release says, or does, when the kernel has no such scheduler. */
function unknownScheduler(name: string, { version, facts }: SettingContext): string {
  const quoted = JSON.stringify(name);
  const nearest = nearestName(name, SCHEDULERS);
  const hint = nearest === undefined ? `Linux has ${SCHEDULERS.join(', ')}` : `did you mean ${nearest}?`;
  const missing = `the following required kernel modules are not loaded: [ip_vs_${name}]`;
  switch (facts.ipvsUnknownScheduler) {
    case 'not-found':
      return `can't use the IPVS proxier: no such file or directory: Linux has no scheduler ${quoted}; ${hint}`;
    case 'module-missing':
      return `can't use the IPVS proxier: IPVS proxier will not be used because ${missing}; ${hint}`;
    case 'other-mode':
      return `IPVS proxier will not be used because ${missing}: kube-proxy ${version} falls back to mode iptables; ${hint}`;
    case 'no-servers':
      return `Linux has no scheduler ${quoted}: kube-proxy ${version} starts and makes no virtual server; ${hint}`;
  }
}
