import {
  type LivePort,
  livePorts,
  type NamedPort,
  type SharedRule,
} from '../modes/iptables/recognise/live-ports.ts';
import {
  effectOf,
  inChainOrder,
  isOfFirewall,
  isOfNodePort,
} from '../modes/iptables/recognise/rule-effect.ts';
import { commentedName, commentOf } from '../modes/iptables/rules/comments.ts';
import { type Chain, type Rule, type RuleSet } from '../netfilter/iptables/model.ts';
import { type SetDefinition } from '../netfilter/ipset/model.ts';
import { nodeChains } from '../listing/node-chains.ts';
import { type ListedChain } from '../listing/listed-port.ts';
import { conditionsAt, conditionsOf } from './conditions.ts';
import { type Draft, newDraft } from './draft.ts';
import { byName, type DrawablePort, masqueraded, type SortedPort, titleOf } from './drawable-port.ts';
import { groupEndpoints } from './group-endpoints.ts';
import { type PortGraph } from './model.ts';

/**
 * Returns the service ports that rules serve, sorted by name. `names` maps hashes in chain names to Services,
 * for rules without comments. `sets` are those that rules look up.
 */
export function drawablePorts(
  ruleSet: RuleSet,
  names: ReadonlyMap<string, NamedPort>,
  sets: readonly SetDefinition[] = [],
): readonly DrawablePort[] {
  const listing = nodeChains(ruleSet, sets);
  const chains = new Map<string, Chain>();
  for (const table of ruleSet.tables) {
    for (const chain of table.name === 'nat' ? table.chains : [])
      if (!chains.has(chain.name)) chains.set(chain.name, chain);
  }
  return livePorts(ruleSet, names)
    .map((port): SortedPort => ({
      name: port.name?.replace(/:$/, ''),
      protocol: port.protocol ?? '',
      draw: (number) => drawPort({ port, listed: listing.ofPort(port.hash), chains, ruleSet }, number),
    }))
    .sort(byName);
}

interface Drawn {
  readonly port: LivePort;
  readonly listed: readonly ListedChain[];
  /** The chains of table nat. */
  readonly chains: ReadonlyMap<string, Chain>;
  readonly ruleSet: RuleSet;
}

function drawPort(drawn: Drawn, number: number): PortGraph {
  const { port, listed } = drawn;
  const draft = newDraft(number);
  const translated = new Set<string>();
  const rules = inChainOrder(port.rules);
  for (const shared of rules) if (shared.table === 'nat') drawAddress(shared, drawn, draft, translated);
  for (const chain of listed) drawChain(chain.name, drawn, draft);
  for (const { lines, ways } of groupEndpoints(listed)) {
    const id = draft.node(`endpoint ${ways[0]?.chain} ${lines.join(' ')}`, 'endpoint', lines);
    for (const { chain, share } of ways) draft.edge(chainNode(chain, draft), id, [share]);
  }
  for (const shared of rules) if (shared.table === 'filter') drawStop(shared, drawn, draft, translated);
  return draft.graph(titleOf(port.name?.replace(/:$/, ''), port.protocol, drawn.ruleSet.family));
}

const chainNode = (name: string, draft: Draft): string => draft.node(`chain ${name}`, 'chain', [name]);

/** The key of the address that a rule of a shared chain is about. */
const addressKey = (shared: SharedRule): string =>
  isOfNodePort(shared)
    ? `node port ${portOf(shared.rule)}`
    : `${withoutPrefix(shared.rule.destination?.value ?? '')} ${portOf(shared.rule)}`;

const withoutPrefix = (network: string): string => network.replace(/\/(32|128)$/, '');

function portOf({ matches }: Rule): number | string {
  for (const match of matches) if (match.kind === 'port') return match.destination ?? 'any';
  return 'any';
}

function addressNode(shared: SharedRule, { port }: Drawn, draft: Draft): string {
  const { destination } = shared.rule;
  const key = addressKey(shared);
  const at = portOf(shared.rule);
  if (isOfNodePort(shared) || destination === undefined)
    return draft.node(key, 'address', ['node port', String(at)]);
  const ip = withoutPrefix(destination.value);
  const kind = port.addresses.find((known) => known.ip === ip && known.port === at)?.kind;
  const text = `${destination.negated === true ? 'not ' : ''}${ip.includes(':') ? `[${ip}]` : ip}:${at}`;
  return draft.node(key, 'address', [kind === undefined || kind === 'unknown' ? 'address' : kind, text]);
}

/** Draws what a rule of a shared chain does with packets to an address. */
function drawAddress(shared: SharedRule, drawn: Drawn, draft: Draft, translated: Set<string>): void {
  const effect = effectOf(shared.rule);
  const from = addressNode(shared, drawn, draft);
  const conditions = conditionsAt(shared.rule, drawn.ruleSet.family);
  if (effect.kind === 'masquerade') draft.note(addressKey(shared), masqueraded(conditions));
  else if (effect.kind === 'stop') draft.edge(from, stopNode(effect.verdict, draft), conditions);
  else if (effect.kind !== 'other') {
    translated.add(addressKey(shared));
    draft.edge(from, chainNode(effect.chain, draft), conditions);
  }
}

/** Draws where a chain of a service port leads, except for its endpoints. */
function drawChain(name: string, { chains, ruleSet: { family } }: Drawn, draft: Draft): void {
  const id = chainNode(name, draft);
  const key = `chain ${name}`;
  let isSplit = false;
  for (const rule of chains.get(name)?.rules ?? []) {
    const effect = effectOf(rule);
    const conditions = conditionsOf(rule, family);
    const way = conditions.length === 0 && isSplit ? ['all others'] : conditions;
    if (effect.kind === 'masquerade') draft.note(key, masqueraded(conditions));
    else if (effect.kind === 'stop') draft.edge(id, stopNode(effect.verdict, draft), way);
    else if (effect.kind === 'endpoint' && rule.matches.some(({ kind }) => kind === 'recent'))
      draft.note(key, ['a client stays with its endpoint']);
    else if (effect.kind === 'chain') {
      draft.edge(id, chainNode(effect.chain, draft), way);
      if (conditions.length === 0 && (chains.get(effect.chain)?.rules.length ?? 0) > 0) return;
      isSplit = true;
    }
  }
}

const stopNode = (what: string, draft: Draft): string => draft.node(`stop ${what}`, 'stop', [what]);

/** Draws the packets that table filter rejects or drops because table nat does not translate them. */
function drawStop(shared: SharedRule, drawn: Drawn, draft: Draft, translated: ReadonlySet<string>): void {
  const { rule } = shared;
  const effect = effectOf(rule);
  if (effect.kind !== 'stop') return;
  const firewall = drawn.listed.find(({ role }) => role === 'firewall');
  if (isOfFirewall(shared) && firewall !== undefined) {
    draft.edge(chainNode(firewall.name, draft), stopNode(effect.verdict, draft), ['all others']);
    return;
  }
  const why = reasonOf(rule);
  const others = translated.has(addressKey(shared)) ? ['all others'] : [];
  draft.edge(addressNode(shared, drawn, draft), stopNode(effect.verdict, draft), [
    ...others,
    ...conditionsAt(rule, drawn.ruleSet.family),
    ...(why === undefined ? [] : [why]),
  ]);
}

/** `has no endpoints`, as kube-proxy's comment says it. */
function reasonOf(rule: Rule): string | undefined {
  const comment = commentOf(rule);
  const name = commentedName(rule);
  if (comment === undefined || name === undefined || !comment.startsWith(`${name} `)) return undefined;
  return comment.slice(name.length + 1);
}
