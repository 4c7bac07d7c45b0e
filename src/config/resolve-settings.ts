import { collector } from '../diagnostics/collector.ts';
import { type ConfigFacts, configFactsFor } from '../dialect/config-history.ts';
import { featuresFor } from '../dialect/features.ts';
import { type Version, VERSIONS } from '../dialect/version.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Node } from '../manifest/types.ts';
import { SETTINGS } from '../dialect/setting-table.ts';
import { type ProxyMode, type ProxySettings } from '../proxy/settings.ts';
import { type Cidr, type IpFamily } from '../text/ip.ts';
import { hasErrors, type Outcome, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { checkLimits } from './check-limits.ts';
import { checkPortRange } from './port-range.ts';
import { type ChosenSettings, chooseSettings } from './choose-settings.ts';
import { type SettingContext } from './setting-context.ts';
import { type KubeProxyFlags } from './kube-proxy-flags.ts';
import { readConfiguration } from './read-configuration.ts';
import { resolveClusterCidrs } from './resolve-cluster-cidrs.ts';
import { resolveFamilies, type ResolvedFamilies } from './resolve-families.ts';
import { resolveIpvs } from './resolve-ipvs.ts';
import { resolveUserspace } from './resolve-userspace.ts';
import { resolveMode, warnOfUnsetMode } from './resolve-mode.ts';
import { resolveGates, type ResolvedGates } from './resolve-gates.ts';
import { resolveDetectLocalMode, resolveLocalTraffic } from './resolve-local-traffic.ts';
import { resolveNode } from './resolve-node.ts';
import { opensLoopback, resolveNodePortAddresses } from './resolve-node-port-addresses.ts';
import { type Setting, complain, refused } from './setting.ts';

export interface SettingsInput {
  /** The KubeProxyConfiguration file, if one is given: YAML or JSON. */
  readonly config?: Source | undefined;
  readonly flags: KubeProxyFlags;
  readonly version: Version;
  readonly ipFamily: IpFamily;
  /** The Nodes of the input. */
  readonly nodes: readonly Resource<Node>[];
  /**
   * The name of the host, for `diff` on a node: used when neither a flag, nor the file, nor a single Node names the
   * node.
   */
  readonly hostName?: string | undefined;
  /** The modes whose rules the caller knows; iptables only when absent. */
  readonly supportedModes?: readonly ProxyMode[] | undefined;
}

const ONLY_IPTABLES: readonly ProxyMode[] = ['iptables'];

/**
 * Returns the settings that kube-proxy of the version would run with, for one IP family. Flags override the
 * file, the file overrides defaults, and the node adds its own facts. Returns undefined and every error, in
 * kube-proxy's own words, when it would refuse to start.
 */
export function resolveSettings(input: SettingsInput): Outcome<ProxySettings | undefined> {
  const { version, flags, ipFamily } = input;
  const context: SettingContext = { version, facts: configFactsFor(version), ipFamily };
  const { keep, problems } = collector();

  const file = input.config === undefined ? {} : keep(readConfiguration(input.config, version));
  const chosen = keep(chooseSettings(file, flags, version));
  const gates = keep(resolveGates(chosen.featureGates, version));
  const mode = keep(resolveMode(chosen.mode, input.supportedModes ?? ONLY_IPTABLES, gates, context));
  keep({ value: undefined, problems: checkLimits(chosen, mode, version) });
  keep({ value: undefined, problems: checkPortRange(chosen.portRange, context.facts) });
  const node = keep(
    resolveNode({ ...input, ...flags, hostnameOverride: chosen.hostnameOverride }, context.facts),
  );
  const dualStack = mode !== 'userspace' && servesBothFamilies(chosen, gates, context.facts);
  const families = keep(resolveFamilies(chosen.bindAddress, node, dualStack, context.facts));
  keep({ value: undefined, problems: unservedFamily(families, context, chosen.bindAddress) });
  keep({ value: undefined, problems: ipv6TooEarly(families, context, chosen.bindAddress) });
  const localMode = keep(resolveDetectLocalMode(chosen.detectLocalMode, context));
  const clusterCidrs = keep(resolveClusterCidrs(chosen.clusterCIDR, localMode, dualStack, context));
  const localTraffic = keep(resolveLocalTraffic(localMode, chosen, clusterCidrs, families, node, context));
  const nodePortAddresses = keep(resolveNodePortAddresses(chosen.nodePortAddresses, mode, families, context));
  const userspace =
    mode === 'userspace' && !hasErrors(problems)
      ? keep(resolveUserspace(chosen, families.primary, node))
      : undefined;
  const ipvs = mode === 'ipvs' ? keep(resolveIpvs(chosen, context)) : undefined;
  if (hasErrors(problems)) return { value: undefined, problems: inOrder(problems) };
  keep({ value: undefined, problems: warnOfUnsetMode(chosen.mode, input.config, context) });

  const nodeIP = families.nodeIps[ipFamily];
  const value: ProxySettings = {
    mode,
    ipFamily,
    familyServed: families.dualStack || families.primary === ipFamily,
    ...masquerading(chosen, mode),
    localhostNodePorts: mode === 'iptables' && opensLocalhost(chosen, nodePortAddresses, context),
    localTraffic,
    clusterCidrs,
    nodePortAddresses,
    ...node.identity,
    ...(node.resource === undefined ? {} : { nodeLabels: node.resource.object.metadata.labels }),
    ...(nodeIP === undefined ? {} : { nodeIP }),
    nodeAddresses: node.interfaceIps,
    tcpBeLiberal: chosen['conntrack.tcpBeLiberal']?.value ?? false,
    nfacct: flags.noNfacct !== true,
    randomFully: flags.noRandomFully !== true,
    ...(ipvs === undefined ? {} : { ipvs }),
    ...(userspace === undefined ? {} : { userspace }),
    gates: gates.inForce,
  };
  return { value, problems: inOrder(problems) };
}

/** Returns the problems in the order of the file; those of flags come last. */
function inOrder(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const lineOf = ({ place }: Diagnostic): number => place?.line ?? Number.MAX_SAFE_INTEGER;
  const columnOf = ({ place }: Diagnostic): number => place?.column ?? 0;
  return [...problems].sort((one, other) => lineOf(one) - lineOf(other) || columnOf(one) - columnOf(other));
}

/** Returns the masquerade settings. Mode nftables has its own settings; the other modes share those of iptables. */
function masquerading(
  chosen: ChosenSettings,
  mode: ProxyMode,
): Pick<ProxySettings, 'masqueradeAll' | 'masqueradeBit'> {
  const group = mode === 'nftables' ? 'nftables' : 'iptables';
  return {
    masqueradeAll: chosen[`${group}.masqueradeAll`]?.value ?? false,
    masqueradeBit: chosen[`${group}.masqueradeBit`]?.value ?? SETTINGS[`${group}.masqueradeBit`].default,
  };
}

/** Returns true when kube-proxy of the version runs a proxier for each family. */
function servesBothFamilies(chosen: ChosenSettings, gates: ResolvedGates, facts: ConfigFacts): boolean {
  const isGateOn = gates.inForce.has('IPv6DualStack');
  switch (facts.dualStack) {
    case 'never':
      return false;
    case 'with-gate':
      return isGateOn;
    case 'unless-gated-off': {
      const asksForBoth = chosen.clusterCIDR?.value.includes(',') ?? false;
      return isGateOn || (asksForBoth && gates.chosen.get('IPv6DualStack') !== false);
    }
    case 'always':
      return true;
  }
}

function unservedFamily(
  { dualStack, primary }: ResolvedFamilies,
  { version, ipFamily }: SettingContext,
  bindAddress: Setting<string> | undefined,
): readonly Diagnostic[] {
  if (dualStack || primary === ipFamily) return [];
  const message = `kube-proxy ${version} serves ${primary} only, so it would write no ${ipFamily} rules`;
  return [complain('family-not-served', bindAddress?.origin ?? { path: [] }, message)];
}

/** Returns an error for releases that accept an IPv6 bindAddress, but write /32 behind IPv6 addresses. */
function ipv6TooEarly(
  { primary }: ResolvedFamilies,
  { version }: SettingContext,
  bindAddress: Setting<string> | undefined,
): readonly Diagnostic[] {
  if (primary === 'IPv4' || featuresFor(version).ipv6) return [];
  const since = VERSIONS.find((candidate) => featuresFor(candidate).ipv6) ?? '';
  const message = `kube-proxy ${version} writes no usable rules for IPv6; it works from ${since} on`;
  return [refused(bindAddress?.origin ?? { path: [] }, message)];
}

/** (NewProxier, pkg/proxy/iptables/proxier.go) */
function opensLocalhost(
  chosen: ChosenSettings,
  nodePortAddresses: readonly Cidr[],
  { facts, ipFamily }: SettingContext,
): boolean {
  if (facts.localhostNodePorts === 'no-setting') return true;
  if (ipFamily === 'IPv6' || chosen['iptables.localhostNodePorts']?.value === false) return false;
  return facts.localhostNodePorts === 'as-set' || opensLoopback(nodePortAddresses);
}
