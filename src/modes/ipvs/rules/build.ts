import { type ChainPart } from '../../iptables/rules/part.ts';
import { type Features } from '../../../dialect/features.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyState } from '../../../proxy/state.ts';
import { type RuleSet } from '../../../netfilter/iptables/model.ts';
import { type IpFamily } from '../../../text/ip.ts';
import { assemble } from '../../iptables/rules/assemble.ts';
import { kubeletChains, masquerade } from '../../iptables/rules/sections/node-chains.ts';
import { kubeletJumps } from '../../iptables/rules/sections/top-level-jumps.ts';
import { type IpvsModel } from '../model.ts';
import { collect } from './collect.ts';
import { labelOf } from './label.ts';
import { masqueradesClusterIps } from './masquerades.ts';
import { type IpvsContext, type IpvsSection } from './part.ts';
import { standingChains, topLevelJumps } from './chains.ts';
import {
  clusterIpRules,
  firewallJump,
  loadBalancerMasquerade,
  nodePortMasquerade,
  udpNodePorts,
  unusedFirewall,
} from './old-sections.ts';
import { refusedPort } from './refused-restore.ts';
import {
  acceptServed,
  accessFilter,
  closedToNode,
  clusterIpMasquerade,
  externalIps,
  lastResorts,
  letPass,
  loopbackReturn,
  postrouting,
  setRules,
} from './sections.ts';

/** Rules of one chain are appended in the order of these sections. */
const SECTIONS: Readonly<Record<Features['ipvsRules'], readonly IpvsSection[]>> = {
  'by-service': [postrouting, clusterIpRules],
  'by-set': [
    postrouting,
    clusterIpMasquerade,
    externalIps,
    loadBalancerMasquerade,
    unusedFirewall,
    nodePortMasquerade,
  ],
  'by-chain': [
    loopbackReturn,
    postrouting,
    setRules,
    clusterIpMasquerade,
    externalIps,
    udpNodePorts,
    lastResorts,
    closedToNode,
    acceptServed,
    letPass,
    accessFilter,
  ],
};

/** What kubelet and kube-proxy make without iptables-restore. */
const WITHOUT_RESTORE: readonly IpvsSection[] = [masquerade, firewallJump];

/** All that kube-proxy of mode ipvs makes for the state, on an otherwise empty node. (syncProxyRules) */
export function buildIpvs(state: ProxyState, settings: ProxySettings, features: Features): IpvsModel {
  const family = settings.ipFamily;
  const kubelet = kubelets({ state, settings, features });
  if (!settings.familyServed) return { ...NOTHING, family, rules: assembled(family, kubelet) };
  const collected = collect(state, settings, features);
  const { sets, servers, addresses } = collected;
  const context: IpvsContext = { state, settings, features, collected };
  const isRefused = refusedPort(state, settings, features) !== undefined;
  const sections = isRefused ? WITHOUT_RESTORE : SECTIONS[features.ipvsRules];
  const own = [topLevelJumps, standingChains, ...sections].flatMap((section) => section(context));
  return {
    family,
    rules: assembled(family, [...own, ...kubelet]),
    sets,
    servers,
    addresses,
    owners: isRefused ? collected.owners : new Map([...collected.owners, ...ruleOwners(context)]),
    servicePorts: state.ports.map(labelOf),
    excluded: settings.ipvs?.excludeCIDRs ?? [],
  };
}

const assembled = (family: IpFamily, parts: readonly ChainPart[]): RuleSet =>
  assemble(family, (take) => {
    take(parts);
  });

/** The owners of rules that are of one service port each. */
const ruleOwners = ({ state, settings, features }: IpvsContext): readonly (readonly [string, string])[] =>
  features.ipvsRules === 'by-service' && masqueradesClusterIps(settings)
    ? state.ports.map((port) => [`rule ${labelOf(port)}`, labelOf(port)])
    : [];

const NOTHING = {
  sets: [],
  servers: [],
  addresses: [],
  owners: new Map<string, string>(),
  servicePorts: [],
  excluded: [],
} as const;

/** kubelet's chains. Some releases of kube-proxy name one of them to iptables-restore, which empties it. */
function kubelets(context: Omit<IpvsContext, 'collected'>): readonly ChainPart[] {
  const parts = [...kubeletJumps(context), ...kubeletChains(context)];
  if (!context.features.ipvsEmptiesMarkDrop || !context.settings.familyServed) return parts;
  return parts.map((part) => (part.chain === 'KUBE-MARK-DROP' ? { ...part, rules: [] } : part));
}
