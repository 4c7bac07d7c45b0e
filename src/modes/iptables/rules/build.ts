import { type Features } from '../../../dialect/features.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyState } from '../../../proxy/state.ts';
import {
  type Chain,
  type Rule,
  type RuleSet,
  type Table,
  type TableName,
} from '../../../netfilter/iptables/model.ts';
import { chainPort } from './chained-port.ts';
import { type ChainPart, type NodeSection, type RuleContext, type ServicePortSection } from './part.ts';
import { balancerChain, serviceChain } from './sections/balancer-chains.ts';
import { endpointChains } from './sections/endpoint-chains.ts';
import {
  canaries,
  forward,
  kubeletChains,
  masquerade,
  nodePortJump,
  ownFirewall,
  standingChains,
} from './sections/node-chains.ts';
import { healthCheckNodePort, nodePortPortal } from './sections/node-port.ts';
import {
  clusterIpMasquerade,
  externalChain,
  firewallChain,
  policyChains,
  servicePortals,
} from './sections/policy-chains.ts';
import {
  clusterIpPortal,
  externalIpPortals,
  loadBalancerPortals,
  nodePortPortals,
} from './sections/portals.ts';
import { kubeletJumps, topLevelJumps } from './sections/top-level-jumps.ts';
import { unserved } from './sections/unserved.ts';

/** Rules for the same chain are appended in the order of these sections. */
const BEFORE_SERVICES: readonly NodeSection[] = [
  topLevelJumps,
  standingChains,
  canaries,
  masquerade,
  ownFirewall,
];

/** Sections of the rules that kubelet makes before, on every node and for both families. */
const KUBELET: readonly NodeSection[] = [kubeletJumps, kubeletChains];

const SERVICE_PORT: Readonly<Record<Features['serviceChains'], readonly ServicePortSection[]>> = {
  policy: [
    servicePortals,
    nodePortPortal,
    unserved,
    healthCheckNodePort,
    clusterIpMasquerade,
    externalChain,
    firewallChain,
    policyChains,
    endpointChains,
  ],
  balancer: [
    clusterIpPortal,
    externalIpPortals,
    loadBalancerPortals,
    nodePortPortals,
    unserved,
    healthCheckNodePort,
    serviceChain,
    balancerChain,
    endpointChains,
  ],
};

const AFTER_SERVICES: readonly NodeSection[] = [nodePortJump, forward];

/** Built-in chains of the tables that kube-proxy uses, in hook order; tables in the order in which save prints them. */
const BUILT_IN: readonly { readonly table: TableName; readonly chains: readonly string[] }[] = [
  { table: 'mangle', chains: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] },
  { table: 'filter', chains: ['INPUT', 'FORWARD', 'OUTPUT'] },
  { table: 'nat', chains: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'] },
];

/** Returns all rules that kube-proxy writes for the state on an empty node. (syncProxyRules) */
export function buildRules(state: ProxyState, settings: ProxySettings, features: Features): RuleSet {
  const context: RuleContext = { state, settings, features };
  const collected = new Map<TableName, Map<string, Rule[]>>();
  const add = (parts: readonly ChainPart[]): void => {
    for (const part of parts) append(collected, part);
  };
  if (!features.ipv6 && settings.ipFamily === 'IPv6') return { family: 'IPv6', tables: [] };
  if (settings.familyServed) {
    for (const section of BEFORE_SERVICES) add(section(context));
    for (const service of state.ports) {
      const port = chainPort(service, features);
      for (const section of SERVICE_PORT[features.serviceChains]) add(section(port, context));
    }
    for (const section of AFTER_SERVICES) add(section(context));
  }
  for (const section of KUBELET) add(section(context));
  return {
    family: settings.ipFamily,
    tables: BUILT_IN.flatMap(({ table, chains }) => tableOf(table, chains, collected.get(table))),
  };
}

function append(collected: Map<TableName, Map<string, Rule[]>>, part: ChainPart): void {
  let chains = collected.get(part.table);
  if (chains === undefined) collected.set(part.table, (chains = new Map<string, Rule[]>()));
  const rules = chains.get(part.chain);
  if (rules === undefined) chains.set(part.chain, [...part.rules]);
  else for (const rule of part.rules) rules.push(rule);
}

/** Returns a table; undefined when nothing was put into it, because then the kernel does not have it. */
function tableOf(
  name: TableName,
  builtIn: readonly string[],
  chains: ReadonlyMap<string, readonly Rule[]> | undefined,
): readonly Table[] {
  if (chains === undefined) return [];
  const first = builtIn.map((chain): Chain => ({
    name: chain,
    policy: 'ACCEPT',
    rules: chains.get(chain) ?? [],
  }));
  const own = [...chains].filter(([chain]) => !builtIn.includes(chain));
  return [{ name, chains: [...first, ...own.map(([chain, rules]): Chain => ({ name: chain, rules }))] }];
}
