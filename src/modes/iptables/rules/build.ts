import { type Features } from '../../../dialect/features.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyState } from '../../../proxy/state.ts';
import { type RuleSet } from '../../../netfilter/iptables/model.ts';
import { appendAll } from '../../../text/append-all.ts';
import { assemble, type MakeParts } from './assemble.ts';
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

/**
 * Returns all rules that kube-proxy writes for the state on an empty node. They are made when they are asked for.
 * (syncProxyRules)
 */
export function buildRules(state: ProxyState, settings: ProxySettings, features: Features): RuleSet {
  if (!features.ipv6 && settings.ipFamily === 'IPv6') return { family: 'IPv6', tables: [] };
  const context = { state, settings, features };
  return assemble(settings.ipFamily, (take) => {
    makeParts(context, take);
  });
}

function makeParts(context: RuleContext, take: Parameters<MakeParts>[0]): void {
  const { state, settings, features } = context;
  const takeAll = (sections: readonly NodeSection[]): void => {
    for (const section of sections) take(section(context));
  };
  if (settings.familyServed) {
    takeAll(BEFORE_SERVICES);
    const sections = SERVICE_PORT[features.serviceChains];
    for (const service of state.ports) {
      const port = chainPort(service, features);
      const parts: ChainPart[] = [];
      for (const section of sections) appendAll(parts, section(port, context));
      take(parts);
    }
    takeAll(AFTER_SERVICES);
  }
  takeAll(KUBELET);
}
