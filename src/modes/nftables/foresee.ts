/**
 * Finds the reasons for which nft refuses the whole transaction of a family, so that kube-proxy writes
 * nothing, and what svc2ipt cannot tell of the rules.
 */
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Features } from '../../dialect/features.ts';
import { haveOverlap } from '../../netfilter/nftables/intervals.ts';
import { type ProxySettings } from '../../proxy/settings.ts';
import { type ProxyState, type ServicePort } from '../../proxy/state.ts';
import { cidrContains } from '../../text/ip.ts';
import { LONGEST_COMMENT } from './rules/names.ts';

/**
 * Warns of each reason that nft would have to refuse what kube-proxy writes for the state, and of rules that
 * svc2ipt does not know.
 */
export const foresee = (
  state: ProxyState,
  settings: ProxySettings,
  features: Features,
): readonly Diagnostic[] => [
  ...interfacePrefix(settings, features),
  ...localhostRejects(features),
  ...state.ports.flatMap((port) => [
    ...longComment(port, features),
    ...overlappingRanges(port, settings, features),
  ]),
];

const refused = (message: string): Diagnostic =>
  diagnostic('nft-refuses', `nft refuses what kube-proxy writes, and the node gets no rules: ${message}`);

const about = (port: ServicePort, message: string): Diagnostic => ({
  ...refused(message),
  subject: { kind: 'Service', namespace: port.namespace, name: port.serviceName },
});

function interfacePrefix(
  { localTraffic }: ProxySettings,
  { nftLocalInterface }: Features,
): readonly Diagnostic[] {
  const isPrefix = localTraffic.kind === 'interface' && localTraffic.name.endsWith('+');
  if (!isPrefix || nftLocalInterface === 'iifname') return [];
  return [refused('this release cannot match interfaces by a prefix of their names')];
}

function localhostRejects({ nftLocalhostRejects }: Features): readonly Diagnostic[] {
  if (!nftLocalhostRejects) return [];
  const message =
    'kube-proxy adds rules and counters that reject node ports on localhost; svc2ipt does not know them and leaves them out';
  return [diagnostic('rules-unknown', message)];
}

/** Whether an element of the service port carries its name. */
function isNamedInComment(port: ServicePort, features: Features): boolean {
  const { cluster, local, usable } = port.endpoints;
  const isServed = (isLocal: boolean): boolean => usable && (isLocal ? local : cluster).length > 0;
  const isUnserved =
    !isServed(port.internalPolicyLocal) || (port.externallyAccessible && !isServed(port.externalPolicyLocal));
  const hasFirewall = port.loadBalancerIPs.length > 0 && port.sourceRanges.length > 0;
  return isUnserved || (hasFirewall && features.nftFirewallComments);
}

function longComment(port: ServicePort, features: Features): readonly Diagnostic[] {
  const { length } = port.name;
  if (features.nftLongComments === 'cut') return [];
  if (length <= LONGEST_COMMENT || !isNamedInComment(port, features)) return [];
  const limit = `nft takes ${LONGEST_COMMENT}`;
  return [about(port, `an element has the comment ${port.name}, which has ${length} characters; ${limit}`)];
}

/** Finds source ranges that overlap: nft refuses them in one set. */
function overlappingRanges(
  port: ServicePort,
  { nodeIP }: ProxySettings,
  { nftFirewall }: Features,
): readonly Diagnostic[] {
  const { loadBalancerIPs, sourceRanges } = port;
  if (nftFirewall !== 'sets' || loadBalancerIPs.length === 0) return [];
  const isInside = (ip: string): boolean => sourceRanges.some((range) => cidrContains(range, ip));
  const isOwnAddressTwice = nodeIP !== undefined && isInside(nodeIP) && loadBalancerIPs.some(isInside);
  if (!isOwnAddressTwice && !haveOverlap(sourceRanges)) return [];
  return [about(port, 'its source ranges overlap, which this release cannot load')];
}
