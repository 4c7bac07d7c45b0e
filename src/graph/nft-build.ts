/** Pictures of service ports in mode nftables. */
import { listedChains, type NftNode, nftNode, type NftTables } from '../listing/nft-listing.ts';
import { marks } from '../modes/nftables/recognise/evidence.ts';
import { type NftPort, portFacts } from '../modes/nftables/recognise/port-facts.ts';
import { parseObjectName } from '../modes/nftables/rules/parse-names.ts';
import { type Element, type Rule } from '../netfilter/nftables/model.ts';
import { groupBy } from '../text/groups.ts';
import { type Draft, newDraft } from './draft.ts';
import { byName, type DrawablePort, masqueraded, type SortedPort, titleOf } from './drawable-port.ts';
import { groupEndpoints } from './group-endpoints.ts';
import { type PortGraph } from './model.ts';
import { nftConditions } from './nft-conditions.ts';

/** Returns the service ports that a node's table serves, sorted by name. */
export function drawableNftPorts(dump: NftTables): readonly DrawablePort[] {
  const node = nftNode(dump);
  if (node === undefined) return [];
  const ways = addressWays(node);
  return portFacts(node.evidence)
    .map(({ live }): SortedPort => ({
      name: live.name,
      protocol: live.protocol ?? '',
      draw: (number) => drawPort(live, { node, ways }, number),
    }))
    .sort(byName);
}

interface Drawn {
  readonly node: NftNode;
  readonly ways: AddressWays;
}

function drawPort(port: NftPort, { node, ways }: Drawn, number: number): PortGraph {
  const draft = newDraft(number);
  const listed = listedChains(port.chains, node);
  drawAddresses(port, ways, node, draft);
  for (const { name } of listed) drawChain(name, port, node, draft);
  for (const { lines, ways: ofGroup } of groupEndpoints(listed)) {
    const id = draft.node(`endpoint ${ofGroup[0]?.chain} ${lines.join(' ')}`, 'endpoint', lines);
    for (const { chain, share } of ofGroup) draft.edge(chainNode(chain, draft), id, [share]);
  }
  return draft.graph(titleOf(port.name, port.protocol, node.evidence.family));
}

const chainNode = (name: string, draft: Draft): string => draft.node(`chain ${name}`, 'chain', [name]);
const stopNode = (what: string, draft: Draft): string => draft.node(`stop ${what}`, 'stop', [what]);

/** What the maps of a table say of addresses, looked up by Service port. */
interface AddressWays {
  /** Elements that lead to a chain, by the label of its service port. */
  readonly served: ReadonlyMap<string | undefined, readonly Element[]>;
  /** Elements of addresses without endpoints, by comment: the name of the service port. */
  readonly unserved: ReadonlyMap<string | undefined, readonly Element[]>;
  /** The keys of addresses that a firewall chain guards. */
  readonly guarded: ReadonlySet<string>;
}

function addressWays({ evidence }: NftNode): AddressWays {
  const elementsOf = (...maps: readonly string[]): readonly Element[] =>
    maps.flatMap((map) => evidence.sets.get(map)?.elements ?? []);
  return {
    served: groupBy(elementsOf('service-ips', 'service-nodeports'), ({ data }) =>
      data?.kind === 'goto' ? parseObjectName(data.chain, evidence.family)?.label : undefined,
    ),
    unserved: groupBy(elementsOf('no-endpoint-services', 'no-endpoint-nodeports'), ({ comment }) => comment),
    guarded: new Set(elementsOf('firewall-ips').map(keyText)),
  };
}

/** Elements without a name belong to no service port. */
const ofName = (groups: AddressWays['served'], name: string | undefined): readonly Element[] =>
  name === undefined ? [] : (groups.get(name) ?? []);

/** Draws where the maps of the table lead from each address: first a firewall, then the chains, or an end. */
function drawAddresses(port: NftPort, ways: AddressWays, node: NftNode, draft: Draft): void {
  const firewall = port.chains.get('firewall');
  for (const element of ofName(ways.served, port.label)) {
    const { data } = element;
    if (data?.kind !== 'goto') continue;
    const from = addressNode(element, port, node, draft);
    if (firewall !== undefined && ways.guarded.has(keyText(element))) {
      draft.edge(from, chainNode(firewall, draft), []);
      draft.edge(chainNode(firewall, draft), chainNode(data.chain, draft), ['all others']);
    } else draft.edge(from, chainNode(data.chain, draft), []);
  }
  for (const element of ofName(ways.unserved, port.name)) {
    if (!isAbout(element, port)) continue;
    const isDropped = element.data?.kind === 'drop';
    const others = port.chains.size > 0 ? ['all others'] : [];
    draft.edge(addressNode(element, port, node, draft), stopNode(isDropped ? 'DROP' : 'REJECT', draft), [
      ...others,
      isDropped ? 'has no local endpoints' : 'has no endpoints',
    ]);
  }
}

const keyText = ({ key }: Element): string => JSON.stringify(key);

const isOf = (chain: string, { label }: NftPort, { evidence }: NftNode): boolean =>
  label !== undefined && parseObjectName(chain, evidence.family)?.label === label;

const isAbout = ({ key }: Element, { protocol }: NftPort): boolean =>
  key.kind === 'concat' && key.parts.some((part) => part.kind === 'word' && part.text === protocol);

function addressNode({ key }: Element, port: NftPort, { evidence }: NftNode, draft: Draft): string {
  const parts = key.kind === 'concat' ? key.parts.toReversed() : [];
  const [at, , address] = parts;
  const number = at?.kind === 'number' ? at.value : 0;
  if (address?.kind !== 'word')
    return draft.node(`node port ${number}`, 'address', ['node port', String(number)]);
  const ip = address.text;
  const kind = port.addresses.find((known) => known.ip === ip && known.port === number)?.kind;
  const text = `${ip.includes(':') ? `[${ip}]` : ip}:${number}`;
  const nodeKey = `${ip} ${number}`;
  const id = draft.node(nodeKey, 'address', [
    kind === undefined || kind === 'unknown' ? 'address' : kind,
    text,
  ]);
  if (kind === 'cluster IP') {
    // From 1.36 on one rule masquerades for all cluster IPs.
    for (const rule of evidence.chains.get('services')?.rules ?? [])
      if (marks(rule)) draft.note(nodeKey, masqueraded(nftConditions(rule)));
  }
  return id;
}

/** Draws where a chain of a service port leads, except for its endpoints. */
function drawChain(name: string, port: NftPort, node: NftNode, draft: Draft): void {
  const id = chainNode(name, draft);
  let isSplit = false;
  for (const rule of node.evidence.chains.get(name)?.rules ?? []) {
    const conditions = nftConditions(rule);
    const last = rule.statements.at(-1);
    if (marks(rule)) draft.note(`chain ${name}`, masqueraded(conditions));
    else if (asksForClients(rule)) draft.note(`chain ${name}`, ['a client stays with its endpoint']);
    else if (last?.kind === 'drop') draft.edge(id, stopNode('DROP', draft), conditions);
    else if (last?.kind === 'goto' && isOf(last.chain, port, node)) {
      const way = conditions.length === 0 && isSplit ? ['all others'] : conditions;
      draft.edge(id, chainNode(last.chain, draft), way);
      isSplit = true;
    }
  }
}

const asksForClients = ({ statements }: Rule): boolean =>
  statements.some((statement) => statement.kind === 'match' && statement.right.kind === 'set-reference');
