import { type Features } from '../../../dialect/features.ts';
import { elementOrder } from '../../../netfilter/nftables/element-order.ts';
import { printExpression } from '../../../netfilter/nftables/expression-text.ts';
import {
  type Chain,
  type Element,
  type NamedSet,
  type Rule,
  type Ruleset,
  type Table,
} from '../../../netfilter/nftables/model.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyState } from '../../../proxy/state.ts';
import { baseChains, baseJumps } from './base-chains.ts';
import { endpointChains, hairpinConnections, policyChains, spreading } from './endpoint-chains.ts';
import { namePort } from './named-port.ts';
import {
  clusterIpsCheck,
  endpointChecks,
  firewallChecks,
  invalidPackets,
  masquerading,
  nodeChains,
  services,
} from './node-chains.ts';
import { nodePortIps, nodeSets } from './node-sets.ts';
import { type NodeSection, type Part, type RuleContext, type ServicePortSection } from './part.ts';
import { clusterIpMasquerade, externalChain, firewall, servicePortals, unserved } from './service-chains.ts';
import { familyName } from './pieces.ts';

/** The table of each family that is kube-proxy's. */
export const TABLE_NAME = 'kube-proxy';

const NODE: readonly NodeSection[] = [
  baseChains,
  baseJumps,
  nodeChains,
  nodeSets,
  nodePortIps,
  masquerading,
  endpointChecks,
  invalidPackets,
  firewallChecks,
  services,
  clusterIpsCheck,
];

/** Objects are made, and rules of one chain appended, in the order of these sections. */
const SERVICE_PORT: readonly ServicePortSection[] = [
  servicePortals,
  unserved,
  endpointChains,
  policyChains,
  clusterIpMasquerade,
  externalChain,
  firewall,
  spreading,
  hairpinConnections,
];

/** The table that kube-proxy of mode nftables writes for the state, for the family of the settings. (syncProxyRules) */
export function buildRuleset(state: ProxyState, settings: ProxySettings, features: Features): Ruleset {
  const context: RuleContext = { state, settings, features };
  const draft = newDraft();
  for (const section of NODE) addParts(draft, section(context));
  for (const service of state.ports) {
    const port = namePort(service);
    for (const section of SERVICE_PORT) addParts(draft, section(port, context));
  }
  const table: Table = {
    family: familyName(settings.ipFamily),
    name: TABLE_NAME,
    flags: [],
    ...(features.nftObjectComments && { comment: 'rules for kube-proxy' }),
    others: [],
    ...finished(draft),
  };
  return { tables: [table] };
}

/** A table on its way. */
interface Draft {
  readonly chains: Map<string, { readonly head: Omit<Chain, 'rules'>; readonly rules: Rule[] }>;
  readonly sets: Map<string, { readonly head: NamedSet; readonly elements: Map<string, Element> }>;
}

const newDraft = (): Draft => ({ chains: new Map(), sets: new Map() });

function addParts(draft: Draft, parts: readonly Part[]): void {
  for (const part of parts) addPart(draft, part);
}

function addPart({ chains, sets }: Draft, part: Part): void {
  switch (part.kind) {
    case 'chain': {
      const { name, hook, comment } = part;
      const head = { name, ...(hook !== undefined && { hook }), ...(comment !== undefined && { comment }) };
      chains.set(name, { head, rules: [] });
      return;
    }
    case 'set':
      sets.set(part.set.name, { head: { ...part.set, otherLines: [], elements: [] }, elements: new Map() });
      return;
    case 'rules': {
      const { rules } = found(chains, part.chain);
      for (const rule of part.rules) rules.push(rule);
      return;
    }
    case 'elements': {
      if (part.elements.length === 0) return;
      const { elements } = found(sets, part.set);
      for (const element of part.elements) addElement(elements, element);
    }
  }
}

/**
 * Adds an element. When two Services share an endpoint or an address, the first Service keeps the element.
 */
function addElement(elements: Map<string, Element>, element: Element): void {
  const key = printExpression(element.key);
  if (!elements.has(key)) elements.set(key, element);
}

function found<T>(objects: ReadonlyMap<string, T>, name: string): T {
  const object = objects.get(name);
  if (object === undefined) throw new Error(`${name} is used before it is made`);
  return object;
}

function finished({ chains, sets }: Draft): Pick<Table, 'chains' | 'sets'> {
  return {
    chains: [...chains.values()].map(({ head, rules }) => ({ ...head, rules })),
    sets: [...sets.values()].map(({ head, elements }) => ({
      ...head,
      elements: elementOrder(head, [...elements.values()]),
    })),
  };
}
