import { flagComesWith } from '../dialect/config-history.ts';
import { type Version } from '../dialect/version.ts';
import { type Outcome, type Problem } from '../text/problem.ts';
import { parseFeatureGates } from './feature-gates-flag.ts';
import { type KubeProxyFlags } from './kube-proxy-flags.ts';
import { type FileSettings } from './read-configuration.ts';
import { complain, fromFlag, type Setting } from './setting.ts';

/** What the user chose, flag before file; absent: nothing was chosen. */
export interface ChosenSettings {
  readonly mode?: Setting<string> | undefined;
  readonly bindAddress?: Setting<string> | undefined;
  readonly clusterCIDR?: Setting<string> | undefined;
  readonly detectLocalMode?: Setting<string> | undefined;
  readonly bridgeInterface?: Setting<string> | undefined;
  readonly interfaceNamePrefix?: Setting<string> | undefined;
  readonly masqueradeAll?: Setting<boolean> | undefined;
  readonly masqueradeBit?: Setting<number> | undefined;
  readonly localhostNodePorts?: Setting<boolean> | undefined;
  readonly nodePortAddresses?: Setting<readonly string[]> | undefined;
  readonly hostnameOverride?: Setting<string> | undefined;
  readonly tcpBeLiberal?: Setting<boolean> | undefined;
  readonly featureGates: readonly Setting<ReadonlyMap<string, boolean>>[];
}

/**
 * Lays the flags over the file. Feature gates of both are taken together, those of the flag last.
 * Errors: a flag that kube-proxy of the version does not have; malformed feature gates.
 */
export function chooseSettings(
  file: FileSettings,
  flags: KubeProxyFlags,
  version: Version,
): Outcome<ChosenSettings> {
  const gates = parseFeatureGates(flags.featureGates ?? '');
  const problems: Problem[] = [...gates.problems];
  const flag = <T>(name: string, value: T | undefined): Setting<T> | undefined => {
    if (value === undefined) return undefined;
    const since = flagComesWith(name, version);
    if (since === undefined) return fromFlag(name, value);
    const message = `unknown flag: ${name} (kube-proxy ${version}; it works from ${since} on)`;
    problems.push(complain({ path: [name] }, message));
    return undefined;
  };
  const value: ChosenSettings = {
    mode: flag('--proxy-mode', flags.proxyMode) ?? file.mode,
    bindAddress: flag('--bind-address', flags.bindAddress) ?? file.bindAddress,
    clusterCIDR: flag('--cluster-cidr', flags.clusterCIDR) ?? file.clusterCIDR,
    detectLocalMode: flag('--detect-local-mode', flags.detectLocalMode) ?? file.detectLocalMode,
    bridgeInterface:
      flag('--pod-bridge-interface', flags.podBridgeInterface) ?? file['detectLocal.bridgeInterface'],
    interfaceNamePrefix:
      flag('--pod-interface-name-prefix', flags.podInterfaceNamePrefix) ??
      file['detectLocal.interfaceNamePrefix'],
    masqueradeAll: flag('--masquerade-all', flags.masqueradeAll) ?? file['iptables.masqueradeAll'],
    masqueradeBit: flag('--iptables-masquerade-bit', flags.masqueradeBit) ?? file['iptables.masqueradeBit'],
    localhostNodePorts:
      flag('--iptables-localhost-nodeports', flags.localhostNodePorts) ?? file['iptables.localhostNodePorts'],
    nodePortAddresses: flag('--nodeport-addresses', flags.nodePortAddresses) ?? file.nodePortAddresses,
    hostnameOverride: flag('--hostname-override', flags.hostnameOverride) ?? file.hostnameOverride,
    tcpBeLiberal: file['conntrack.tcpBeLiberal'],
    featureGates: [file.featureGates, gates.value].filter((setting) => setting !== undefined),
  };
  return { value, problems };
}
