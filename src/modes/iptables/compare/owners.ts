/** Finds the service port of each rule, by the hashes in chain names and by kube-proxy's comments. */
import { type Rule, type TableName } from '../../../netfilter/iptables/model.ts';
import { leadsToEndpoint, portHashOf, roleOf, targetChain } from '../rules/chain-roles.ts';
import { commentedName } from '../rules/comments.ts';
import { type RuleIndex } from './rule-index.ts';

/** The service ports of one side. Labels read `ns/name:port/PROTOCOL`. */
export interface Owners {
  readonly byHash: ReadonlyMap<string, string>;
  readonly byEndpointChain: ReadonlyMap<string, string>;
  /** By `ns/name:port`. */
  readonly byName: ReadonlyMap<string, string>;
}

/** `ns/name:port`, without the colon that a port without a name had in old releases. */
function namedPort(rule: Rule): string | undefined {
  const name = commentedName(rule);
  return name?.endsWith(':') === true ? name.slice(0, -1) : name;
}

const labelOf = (name: string, rule: Rule): string => {
  const protocol = rule.protocol?.value;
  return `${name}/${protocol === undefined ? 'TCP' : protocol.toUpperCase()}`;
};

interface Draft {
  readonly byHash: Map<string, string>;
  readonly byEndpointChain: Map<string, string>;
  readonly byName: Map<string, string>;
}

/**
 * Reads the owners of all chains from the rules of one side. Entries in `known` win for their hashes and
 * names.
 */
export function readOwners(index: RuleIndex, known?: Owners): Owners {
  const draft: Draft = {
    byHash: new Map(known?.byHash),
    byEndpointChain: new Map(known?.byEndpointChain),
    byName: new Map(known?.byName),
  };
  for (const table of ['nat', 'filter'] as const) readSharedChains(index, table, draft);
  readPortChains(index, draft);
  return draft;
}

/** Rules in shared chains say name, protocol and, mostly, a chain of the service port. */
function readSharedChains(index: RuleIndex, table: TableName, draft: Draft): void {
  for (const [chain, rules] of index.tables.get(table) ?? []) {
    if (roleOf(table, chain) !== 'shared') continue;
    for (const rule of rules) {
      const name = namedPort(rule);
      if (name === undefined || rule.protocol === undefined) continue;
      const isHealthCheck = table === 'filter' && chain === 'KUBE-NODEPORTS';
      const label = draft.byName.get(name) ?? labelOf(name, rule);
      if (!isHealthCheck) draft.byName.set(name, label);
      const hash = portHashOf(targetChain(rule) ?? '');
      if (hash !== undefined && !draft.byHash.has(hash)) draft.byHash.set(hash, label);
    }
  }
}

/**
 * Finds the owners of endpoint chains. A chain belongs to the service port that leads to it. For a chain that
 * no rule leads to, its comments name the service port.
 */
function readPortChains(index: RuleIndex, draft: Draft): void {
  const chains = index.tables.get('nat') ?? new Map<string, readonly Rule[]>();
  for (const [chain, rules] of chains) {
    const hash = portHashOf(chain);
    if (hash === undefined) continue;
    const label = draft.byHash.get(hash) ?? labelByContents(rules, chains, draft);
    if (label === undefined) continue;
    draft.byHash.set(hash, label);
    for (const rule of rules) {
      const endpoint = leadsToEndpoint(rule) ? targetChain(rule) : undefined;
      if (endpoint !== undefined && !draft.byEndpointChain.has(endpoint)) {
        draft.byEndpointChain.set(endpoint, label);
      }
    }
  }
  for (const [chain, rules] of chains) {
    if (roleOf('nat', chain) !== 'endpoint' || draft.byEndpointChain.has(chain)) continue;
    const label = labelByContents(rules, chains, draft);
    if (label !== undefined) draft.byEndpointChain.set(chain, label);
  }
}

function labelByContents(
  rules: readonly Rule[],
  chains: ReadonlyMap<string, readonly Rule[]>,
  draft: Draft,
): string | undefined {
  for (const rule of rules) {
    const name = namedPort(rule);
    if (name === undefined) continue;
    const withProtocol = [...rules, ...rules.flatMap((other) => chains.get(targetChain(other) ?? '') ?? [])];
    return (
      draft.byName.get(name) ??
      labelOf(name, withProtocol.find(({ protocol }) => protocol !== undefined) ?? rule)
    );
  }
  return undefined;
}

/** The service port that a chain belongs to. */
export function ownerOfChain(chain: string, owners: Owners): string | undefined {
  const hash = portHashOf(chain);
  return hash === undefined ? owners.byEndpointChain.get(chain) : owners.byHash.get(hash);
}

/** The service port that a rule in a shared chain is for: by its comment, else by where it leads. */
export function ownerOfRule(rule: Rule, owners: Owners): string | undefined {
  const name = namedPort(rule);
  if (name !== undefined) return owners.byName.get(name) ?? labelOf(name, rule);
  const chain = targetChain(rule);
  return chain === undefined ? undefined : ownerOfChain(chain, owners);
}
