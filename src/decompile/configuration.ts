import { type KubeProxyFlags } from '../config/kube-proxy-flags.ts';
import { configFactsFor } from '../dialect/config-history.ts';
import { SETTINGS } from '../dialect/setting-table.ts';
import { isKnownIn } from '../dialect/settings.ts';
import { type Version } from '../dialect/version.ts';
import { type ObservedSettings } from '../modes/mode.ts';
import { formatCidr, type IpFamily } from '../text/ip.ts';
import { type ExplainedModeName } from './explained-modes.ts';
import { type Manifest, type SeenNode } from './manifests.ts';

/** kube-proxy's configuration as the rules tell it, and what is no part of it. */
export interface SeenConfiguration {
  /** A KubeProxyConfiguration. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** What the node lacks. */
  readonly flags: KubeProxyFlags;
  /** The same on a command line. */
  readonly options: readonly string[];
  /** The node, with those of its addresses that rules name. */
  readonly node: Manifest;
}

/** Returns the flags of svc2ipt that say what the node lacks. kube-proxy itself has no such flags. */
function lacks({ nfacct, randomFully }: ObservedSettings): Pick<SeenConfiguration, 'flags' | 'options'> {
  const [noNfacct, noRandomFully] = [nfacct === false, randomFully === false];
  return {
    flags: { ...(noNfacct && { noNfacct }), ...(noRandomFully && { noRandomFully }) },
    options: [...(noNfacct ? ['--no-nfacct'] : []), ...(noRandomFully ? ['--no-random-fully'] : [])],
  };
}

const UNSPECIFIED: Readonly<Record<IpFamily, string>> = { IPv4: '0.0.0.0', IPv6: '::' };

/**
 * The configuration that explains the settings seen in the rules of a release. Fields that it does not know are left
 * out.
 */
export function configurationOf(
  mode: ExplainedModeName,
  observed: ObservedSettings,
  { name: nodeName, family }: SeenNode,
  version: Version,
): SeenConfiguration {
  const { localTraffic, nodePortIps, nodeIP, tcpBeLiberal, masqueradeAll, masqueradeBit } = observed;
  const nodePortAddresses = nodePortNetworks(observed, family);
  const knows = (path: keyof typeof SETTINGS): boolean => isKnownIn(SETTINGS[path], version);
  const isServed = observed.familyServed === true;
  const bindAddress = nodeIP ?? (isServed ? addressFor(family, version) : UNSPECIFIED.IPv4);
  const hidesLocalhost = observed.localhostNodePorts === false && family === 'IPv4';
  const ofMode = {
    ...(masqueradeAll === true && { masqueradeAll }),
    ...(masqueradeBit !== undefined && { masqueradeBit }),
    ...(hidesLocalhost && knows('iptables.localhostNodePorts') && { localhostNodePorts: false }),
  };
  const configuration = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode,
    hostnameOverride: nodeName,
    bindAddress,
    ...localDetection(localTraffic),
    ...(Object.keys(ofMode).length > 0 && { [mode]: ofMode }),
    ...(nodePortAddresses !== undefined && { nodePortAddresses }),
    ...(tcpBeLiberal === true && knows('conntrack.tcpBeLiberal') && { conntrack: { tcpBeLiberal } }),
  };
  return {
    configuration,
    ...lacks(observed),
    node: nodeOf(nodeName, [...(nodeIP === undefined ? [] : [nodeIP]), ...(nodePortIps ?? [])]),
  };
}

/**
 * Returns a bind address that makes kube-proxy serve the family. A release that serves only one family would
 * otherwise use the address of the Node, which no rule shows.
 */
function addressFor(family: IpFamily, version: Version): string {
  const servesBoth = configFactsFor(version).dualStack === 'always';
  return family === 'IPv6' && !servesBoth ? '::1' : UNSPECIFIED[family];
}

/** Node ports that no address serves are told as those of loopback, which serves none where that can be. */
function nodePortNetworks(
  { nodePortIps, nodePortsEverywhere }: ObservedSettings,
  family: IpFamily,
): readonly string[] | undefined {
  if (nodePortsEverywhere === true) return ['0.0.0.0/0', '::/0'];
  return nodePortIps?.length === 0 ? [LOOPBACK[family]] : nodePortIps?.map(network);
}

const LOOPBACK: Readonly<Record<IpFamily, string>> = { IPv4: '127.0.0.0/8', IPv6: '::1/128' };

const network = (ip: string): string => `${ip}/${ip.includes(':') ? 128 : 32}`;

function localDetection(local: ObservedSettings['localTraffic']): Readonly<Record<string, unknown>> {
  if (local === undefined || local.kind === 'none') return {};
  if (local.kind === 'cidr') return { clusterCIDR: formatCidr(local.cidr) };
  const { name } = local;
  return name.endsWith('+')
    ? { detectLocalMode: 'InterfaceNamePrefix', detectLocal: { interfaceNamePrefix: name.slice(0, -1) } }
    : { detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: name } };
}

const nodeOf = (name: string, addresses: readonly string[]): Manifest => {
  const internal = [...new Set(addresses)].map((address) => ({ type: 'InternalIP', address }));
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    ...(internal.length > 0 && { status: { addresses: internal } }),
  };
};
