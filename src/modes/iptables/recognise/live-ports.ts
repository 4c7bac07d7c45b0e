/** The service ports of which a node's rules tell, each with its addresses and the hash in the names of its chains. */
import { type Chain, type Rule, type RuleSet } from '../../../netfilter/iptables/model.ts';
import { chainHash } from '../rules/chain-names.ts';
import { portHashOf, roleOf, targetChain } from '../rules/chain-roles.ts';
import { commentedName, commentOf } from '../rules/comments.ts';
import {
  type AddressKind,
  type LiveAddress,
  type LiveProtocol,
  type SeenPort,
  serviceOf,
} from '../../port-facts.ts';

/** One service port as the rules show it. */
export interface LivePort extends SeenPort {
  /** The end of the names of its chains. */
  readonly hash: string;
  /** Rules of shared chains that are about the service port. */
  readonly rules: readonly SharedRule[];
}

const PROTOCOLS: readonly LiveProtocol[] = ['tcp', 'udp', 'sctp'];

/** A rule of a chain that many Services share. */
export interface SharedRule {
  readonly table: string;
  readonly chain: string;
  readonly rule: Rule;
}

/** What a service port's name and protocol are hashed to. */
export interface NamedPort {
  readonly name: string;
  readonly protocol: LiveProtocol;
}

interface Draft {
  readonly hash: string;
  name: string | undefined;
  protocol: LiveProtocol | undefined;
  nodePort: number | undefined;
  healthCheckNodePort: number | undefined;
  readonly addresses: Map<string, LiveAddress>;
  readonly rules: SharedRule[];
}

/**
 * Every service port of a rule set, in the order in which the rules first tell of it. Chains that no rule of a shared
 * chain is about count, too. `names` maps hashes to the names that have them, for rules without comments.
 */
export function livePorts(
  ruleSet: RuleSet,
  names: ReadonlyMap<string, NamedPort> = new Map(),
): readonly LivePort[] {
  const drafts = new Map<string, Draft>();
  const healthChecks = new Map<string, number>();
  for (const { name: table, chains } of ruleSet.tables) {
    for (const chain of chains) {
      if (roleOf(table, chain.name) === 'shared') readShared(table, chain, drafts, healthChecks);
      else if (table === 'nat') draftOfChain(chain, drafts);
    }
  }
  return [...drafts.values()].map((draft): LivePort => {
    const name = draft.name ?? names.get(draft.hash)?.name;
    return {
      ...draft,
      name,
      protocol: draft.protocol ?? names.get(draft.hash)?.protocol,
      healthCheckNodePort: healthChecks.get(serviceOf(name ?? '')),
      addresses: [...draft.addresses.values()],
    };
  });
}

/**
 * The hashes that names of service ports may have: a name with and without the colon of old for a port without a name,
 * each with every protocol.
 */
export function hashesOf(names: Iterable<string>): ReadonlyMap<string, NamedPort> {
  const found = new Map<string, NamedPort>();
  for (const given of names) {
    const bare = given.replace(/:$/, '');
    for (const name of bare.includes(':') ? [bare] : [bare, `${bare}:`]) {
      for (const protocol of PROTOCOLS) found.set(chainHash(name + protocol), { name, protocol });
    }
  }
  return found;
}

function draftFor(hash: string, drafts: Map<string, Draft>): Draft {
  const known = drafts.get(hash);
  if (known !== undefined) return known;
  const draft: Draft = {
    hash,
    name: undefined,
    protocol: undefined,
    nodePort: undefined,
    healthCheckNodePort: undefined,
    addresses: new Map(),
    rules: [],
  };
  drafts.set(hash, draft);
  return draft;
}

function draftOfChain({ name }: Chain, drafts: Map<string, Draft>): void {
  const hash = portHashOf(name);
  if (hash !== undefined) draftFor(hash, drafts);
}

function readShared(
  table: string,
  { name: chain, rules }: Chain,
  drafts: Map<string, Draft>,
  healthChecks: Map<string, number>,
): void {
  for (const rule of rules) {
    const name = commentedName(rule);
    const { protocol, port } = destinationOf(rule);
    if (name !== undefined && commentOf(rule)?.endsWith(' health check node port') === true) {
      if (port !== undefined) healthChecks.set(serviceOf(name), port);
      continue;
    }
    const hash =
      portHashOf(targetChain(rule) ?? '') ??
      (name === undefined || protocol === undefined ? undefined : chainHash(name + protocol));
    if (hash === undefined) continue;
    const draft = draftFor(hash, drafts);
    draft.name ??= name;
    draft.protocol ??= protocol;
    draft.rules.push({ table, chain, rule });
    if (port !== undefined) readAddress({ table, chain, rule }, port, draft);
  }
}

/** The protocol and the port that a rule asks for. */
function destinationOf({ matches }: Rule): {
  readonly protocol: LiveProtocol | undefined;
  readonly port: number | undefined;
} {
  for (const match of matches) {
    if (match.kind === 'port') return { protocol: match.protocol, port: match.destination };
  }
  return { protocol: undefined, port: undefined };
}

function readAddress(shared: SharedRule, port: number, draft: Draft): void {
  const { chain, rule } = shared;
  const { destination } = rule;
  if (destination?.negated === true) return;
  const ip = destination?.value.replace(/\/(32|128)$/, '');
  if (ip === undefined || ip.includes('/') || chain === 'KUBE-NODEPORTS') {
    draft.nodePort ??= port;
    return;
  }
  const key = `${ip} ${port}`;
  const known = draft.addresses.get(key);
  const kind = kindOf(shared);
  if (known === undefined || (known.kind === 'unknown' && kind !== 'unknown')) {
    draft.addresses.set(key, { kind, ip, port, mayBeClusterIP: chain === 'KUBE-SERVICES' });
  }
}

function kindOf({ table, chain, rule }: SharedRule): AddressKind {
  const comment = commentOf(rule) ?? '';
  if (comment.endsWith(' cluster IP')) return 'cluster IP';
  if (comment.endsWith(' external IP')) return 'external IP';
  if (comment.endsWith(' loadbalancer IP') || chain === 'KUBE-PROXY-FIREWALL') return 'load balancer IP';
  const target = targetChain(rule) ?? '';
  if (comment === '' && /^KUBE-SV[CL]-/.test(target)) return 'cluster IP';
  if (target.startsWith('KUBE-FW-')) return 'load balancer IP';
  return table === 'nat' && /^KUBE-(EXT|XLB)-/.test(target) ? 'external IP' : 'unknown';
}
