/** Pictures of service ports in mode nftables. */
import { listedChains, type NftNode, nftNode, type NftTables } from '../listing/nft-listing.ts';
import { type ListedChain } from '../listing/listed-port.ts';
import { marks } from '../modes/nftables/recognise/evidence.ts';
import { type NftPort, portFacts } from '../modes/nftables/recognise/port-facts.ts';
import { parseObjectName } from '../modes/nftables/rules/parse-names.ts';
import { type Element, type Rule } from '../netfilter/nftables/model.ts';
import { type Draft, newDraft } from './draft.ts';
import { byName, type DrawablePort, masqueraded, type SortedPort, titleOf } from './drawable-port.ts';
import { groupEndpoints } from './group-endpoints.ts';
import { type PortGraph } from './model.ts';
import { nftConditions } from './nft-conditions.ts';

/** Returns the service ports that a node's table serves, sorted by name. */
export function drawableNftPorts(dump: NftTables): readonly DrawablePort[] {
  const node = nftNode(dump);
  if (node === undefined) return [];
  return portFacts(node.evidence)
    .map(({ live }): SortedPort => ({
      name: live.name,
      protocol: live.protocol ?? '',
      draw: (number) => drawPort(live, listedChains(live.chains, node), node, number),
    }))
    .sort(byName);
}

function drawPort(port: NftPort, listed: readonly ListedChain[], node: NftNode, number: number): PortGraph {
  const draft = newDraft(number);
  drawAddresses(port, node, draft);
  for (const { name } of listed) drawChain(name, port, node, draft);
  for (const { lines, ways } of groupEndpoints(listed)) {
    const id = draft.node(`endpoint ${ways[0]?.chain} ${lines.join(' ')}`, 'endpoint', lines);
    for (const { chain, share } of ways) draft.edge(chainNode(chain, draft), id, [share]);
  }
  return draft.graph(titleOf(port.name, port.protocol, node.evidence.family));
}

const chainNode = (name: string, draft: Draft): string => draft.node(`chain ${name}`, 'chain', [name]);
const stopNode = (what: string, draft: Draft): string => draft.node(`stop ${what}`, 'stop', [what]);

/** Draws where the maps of the table lead from each address: first a firewall, then the chains, or an end. */
function drawAddresses(port: NftPort, node: NftNode, draft: Draft): void {
  const { evidence } = node;
  const elementsOf = (map: string): readonly Element[] => evidence.sets.get(map)?.elements ?? [];
  const firewall = port.chains.get('firewall');
  const guarded = new Set(elementsOf('firewall-ips').map(keyText));
  for (const map of ['service-ips', 'service-nodeports']) {
    for (const element of elementsOf(map)) {
      const { data } = element;
      if (data?.kind !== 'goto' || !isOf(data.chain, port, node)) continue;
      const from = addressNode(element, port, node, draft);
      if (firewall !== undefined && guarded.has(keyText(element))) {
        draft.edge(from, chainNode(firewall, draft), []);
        draft.edge(chainNode(firewall, draft), chainNode(data.chain, draft), ['all others']);
      } else draft.edge(from, chainNode(data.chain, draft), []);
    }
  }
  for (const map of ['no-endpoint-services', 'no-endpoint-nodeports']) {
    for (const element of elementsOf(map)) {
      if (!isAbout(element, port)) continue;
      const isDropped = element.data?.kind === 'drop';
      const others = port.chains.size > 0 ? ['all others'] : [];
      draft.edge(addressNode(element, port, node, draft), stopNode(isDropped ? 'DROP' : 'REJECT', draft), [
        ...others,
        isDropped ? 'has no local endpoints' : 'has no endpoints',
      ]);
    }
  }
}

const keyText = ({ key }: Element): string => JSON.stringify(key);

const isOf = (chain: string, { label }: NftPort, { evidence }: NftNode): boolean =>
  label !== undefined && parseObjectName(chain, evidence.family)?.label === label;

const isAbout = ({ key, comment }: Element, { name, protocol }: NftPort): boolean =>
  name !== undefined &&
  comment === name &&
  key.kind === 'concat' &&
  key.parts.some((part) => part.kind === 'word' && part.text === protocol);

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
