/** The service ports that kube-proxy's table tells of, with everything that it shows of each. */
import { type Element, type Rule, type Statement } from '../../../netfilter/nftables/model.ts';
import { type IpFamily } from '../../../text/ip.ts';
import {
  type LiveAddress,
  type LiveProtocol,
  type PortFacts,
  type SeenEndpoint,
  type SeenPort,
} from '../../port-facts.ts';
import { parseObjectName, type PortRole } from '../rules/parse-names.ts';
import { elementsOf, type Evidence, matchIn, rulesOf, wordOf } from './evidence.ts';
import { type IndexedElements, indexElements } from './indexed-elements.ts';
import { sourceRangesOf } from './source-ranges.ts';
import { MILLISECONDS } from '../../../netfilter/nftables/duration.ts';

/** A service port of mode nftables, and its chains. */
export interface NftPort extends SeenPort {
  /** `ns/name:port/PROTOCOL`, which names its chains; undefined when they have cut names. */
  readonly label: string | undefined;
  /** Names of its chains by what they are for. */
  readonly chains: ReadonlyMap<PortRole, string>;
}

interface Draft {
  readonly label: string | undefined;
  readonly name: string | undefined;
  readonly protocol: LiveProtocol | undefined;
  readonly addresses: Map<string, LiveAddress>;
  nodePort: number | undefined;
  readonly chains: Map<PortRole, string>;
  /** What becomes of traffic that no endpoint of this node may serve. */
  readonly stops: { readonly verdict: 'reject' | 'drop'; readonly side: 'inside' | 'outside' }[];
}

/** Every service port of a table: those that something leads to, and those that have chains alone. */
export function portFacts(evidence: Evidence): readonly PortFacts<NftPort>[] {
  const drafts = new Map<string, Draft>();
  const clusterIPs = new Set(elementsOf(evidence, 'cluster-ips').flatMap(({ key }) => wordOf(key) ?? []));
  const balanced = new Set(firewalled(evidence));
  for (const { role, chain } of evidence.portChains) draftOfChain(chain.name, role, evidence.family, drafts);
  for (const map of ['service-ips', 'service-nodeports', 'firewall-ips'] as const) {
    for (const element of elementsOf(evidence, map)) {
      const target = element.data?.kind === 'goto' ? element.data.chain : '';
      const role = parseObjectName(target, evidence.family)?.role;
      if (role !== undefined)
        addPortal(element, draftOfChain(target, role, evidence.family, drafts), role, balanced);
    }
  }
  for (const map of ['no-endpoint-services', 'no-endpoint-nodeports'] as const) {
    for (const element of elementsOf(evidence, map)) addStop(element, drafts, clusterIPs, balanced);
  }
  const indexed = indexElements(evidence);
  return [...drafts.values()].map((draft) => factsOf(draft, evidence, indexed));
}

const PROTOCOLS: readonly LiveProtocol[] = ['tcp', 'udp', 'sctp'];
const protocolOf = (text: string | undefined): LiveProtocol | undefined =>
  PROTOCOLS.find((protocol) => protocol === text?.toLowerCase());

function draftOf(label: string, drafts: Map<string, Draft>, isCut = false): Draft {
  const known = drafts.get(label);
  if (known !== undefined) return known;
  const [, name, protocol] = /^(.*)\/([A-Z]+)$/.exec(label) ?? [];
  const draft: Draft = {
    label: isCut ? undefined : label,
    name: isCut ? undefined : name,
    protocol: isCut ? undefined : protocolOf(protocol),
    addresses: new Map(),
    nodePort: undefined,
    chains: new Map(),
    stops: [],
  };
  drafts.set(label, draft);
  return draft;
}

/** Chains with cut names are told apart by what is left of them. */
function draftOfChain(chain: string, role: PortRole, family: IpFamily, drafts: Map<string, Draft>): Draft {
  const isOfEndpoint = role === 'endpoint' || role === 'affinity';
  const label = parseObjectName(chain, family)?.label;
  const draft = draftOf(label ?? chain.slice(chain.indexOf('-')), drafts, label === undefined);
  if (!isOfEndpoint) draft.chains.set(role, chain);
  return draft;
}

interface Portal {
  /** Absent for node ports. */
  readonly ip: string | undefined;
  readonly protocol: string | undefined;
  readonly port: number;
}

function portalOf({ key }: Element): Portal | undefined {
  const parts = key.kind === 'concat' ? key.parts : [];
  const [port, protocol, ip] = parts.toReversed();
  return port?.kind === 'number'
    ? { ip: wordOf(ip), protocol: wordOf(protocol), port: port.value }
    : undefined;
}

const addressKey = (portal: Portal): string => `${portal.ip ?? ''} ${portal.port}`;

/** Addresses that source ranges guard are those of load balancers. */
const firewalled = (evidence: Evidence): readonly string[] =>
  [...elementsOf(evidence, 'firewall-ips'), ...elementsOf(evidence, 'firewall')].flatMap((element) => {
    const portal = portalOf(element);
    return portal === undefined ? [] : [addressKey(portal)];
  });

function addPortal(element: Element, draft: Draft, role: PortRole, balanced: ReadonlySet<string>): void {
  const portal = portalOf(element);
  if (portal === undefined) return;
  if (portal.ip === undefined) {
    draft.nodePort = portal.port;
    return;
  }
  const isInside = role === 'service' || role === 'local';
  const outside = balanced.has(addressKey(portal)) ? 'load balancer IP' : 'unknown';
  add(draft, portal, isInside ? 'cluster IP' : outside, false);
}

function add(
  draft: Draft,
  { ip = '', port }: Portal,
  kind: LiveAddress['kind'],
  mayBeClusterIP: boolean,
): void {
  const key = `${ip} ${port}`;
  const known = draft.addresses.get(key);
  if (known === undefined || known.kind === 'unknown')
    draft.addresses.set(key, { kind, ip, port, mayBeClusterIP });
}

/** Addresses without endpoints name their service port in a comment. 1.29 does not tell which is the cluster IP. */
function addStop(
  element: Element,
  drafts: Map<string, Draft>,
  clusterIPs: ReadonlySet<string>,
  balanced: ReadonlySet<string>,
): void {
  const portal = portalOf(element);
  const { comment, data } = element;
  if (portal === undefined || comment?.includes('/') !== true) return;
  const draft = draftOf(`${comment}/${(portal.protocol ?? '').toUpperCase()}`, drafts);
  const verdict = data?.kind === 'drop' ? 'drop' : 'reject';
  if (portal.ip === undefined) {
    draft.nodePort = portal.port;
    draft.stops.push({ verdict, side: 'outside' });
    return;
  }
  const isKnown = clusterIPs.size > 0;
  const isClusterIP = isKnown ? clusterIPs.has(portal.ip) : false;
  const isBalanced = balanced.has(addressKey(portal));
  const isOnly =
    !isKnown && !isBalanced && [...draft.addresses.values()].every(({ kind }) => kind !== 'cluster IP');
  const other = isBalanced ? 'load balancer IP' : 'unknown';
  add(draft, portal, isClusterIP ? 'cluster IP' : other, isOnly);
  draft.stops.push({ verdict, side: isClusterIP || isOnly ? 'inside' : 'outside' });
}

/** Cluster IPs come first, as Services state them. */
const ORDER: Readonly<Record<LiveAddress['kind'], number>> = {
  'cluster IP': 0,
  unknown: 1,
  'external IP': 1,
  'load balancer IP': 2,
};

function factsOf(draft: Draft, evidence: Evidence, indexed: IndexedElements): PortFacts<NftPort> {
  const { label, name, protocol, nodePort, chains, stops } = draft;
  const addresses = [...draft.addresses.values()].sort((a, b) => ORDER[a.kind] - ORDER[b.kind]);
  const rules = (role: PortRole): readonly Rule[] => rulesOf(evidence, chains.get(role) ?? '');
  const isHere = ({ ip, port }: Reached): boolean =>
    indexed.hairpins.has(`${ip} . ${ip} . ${protocol ?? ''} . ${port}`);
  const endpoints = endpointsOf(
    reachedBy(rules('service'), evidence),
    reachedBy(rules('local'), evidence),
    isHere,
  );
  const external = rules('external');
  const drops = (side: 'inside' | 'outside'): boolean =>
    stops.some((stop) => stop.side === side && stop.verdict === 'drop');
  const clusterIPs = new Set(addresses.filter(({ kind }) => kind === 'cluster IP').map(({ ip }) => ip));
  const entersLocal = (indexed.addresses.get(chains.get('local') ?? '') ?? []).some((ip) =>
    clusterIPs.has(ip),
  );
  return {
    live: { label, name, protocol, addresses, nodePort, healthCheckNodePort: undefined, chains },
    endpoints,
    isUsable: endpoints.length > 0 || stops.every(({ verdict }) => verdict === 'drop'),
    affinitySeconds: affinityOf([...rules('service'), ...rules('local')], evidence),
    sourceRanges: sourceRangesOf(rules('firewall'), addresses, indexed),
    externalPolicyLocal: external.some(asksForNode) || drops('outside'),
    internalPolicyLocal: entersLocal || drops('inside'),
    isExternal: chains.has('external'),
  };
}

/** Rules of traffic policy Local ask whether the node itself sends. */
const asksForNode = (rule: Rule): boolean =>
  matchIn(rule, ({ left }) => left.kind === 'fib' && left.flags.includes('saddr')) !== undefined;

/** An endpoint that rules lead to. */
export interface Reached {
  readonly ip: string;
  readonly port: number;
  /** The chain of its own, where it has one. */
  readonly chain?: string;
}

function endpointsOf(
  service: readonly Reached[],
  local: readonly Reached[],
  isHere: (endpoint: Reached) => boolean,
): readonly SeenEndpoint[] {
  const found = new Map<string, SeenEndpoint>();
  for (const [endpoints, isLocalChain] of [
    [service, false],
    [local, true],
  ] as const) {
    for (const endpoint of endpoints) {
      const key = `${endpoint.ip} ${endpoint.port}`;
      const known = found.get(key);
      found.set(key, {
        ip: endpoint.ip,
        port: endpoint.port,
        isCluster: known?.isCluster === true || !isLocalChain,
        isLocal: known?.isLocal === true || isLocalChain || isHere(endpoint),
      });
    }
  }
  return [...found.values()];
}

/** The endpoints to which a chain that spreads connections leads, in their order. */
export const reachedBy = (rules: readonly Rule[], evidence: Evidence): readonly Reached[] =>
  rules.flatMap(({ statements }) => statements.flatMap((statement) => reached(statement, evidence)));

function reached(statement: Statement, evidence: Evidence): readonly Reached[] {
  if (statement.kind !== 'vmap' || statement.data.kind !== 'set') return translatedTo(statement);
  return statement.data.elements.flatMap(({ data }) => {
    const chain = data?.kind === 'goto' ? data.chain : '';
    const found = parseObjectName(chain, evidence.family)?.endpoint ?? firstTranslation(chain, evidence);
    return found === undefined ? [] : [{ ip: found.ip, port: found.port, chain }];
  });
}

/** Where the name of an endpoint's chain is cut, its rules tell the endpoint. */
function firstTranslation(chain: string, evidence: Evidence): Reached | undefined {
  for (const { statements } of rulesOf(evidence, chain)) {
    for (const statement of statements) {
      const [first] = translatedTo(statement);
      if (first !== undefined) return first;
    }
  }
  return undefined;
}

/** The endpoints that a statement itself translates destinations to. */
function translatedTo(statement: Statement): readonly Reached[] {
  if (statement.kind !== 'dnat') return [];
  const { address, port } = statement;
  if (address.kind === 'word' && port?.kind === 'number') return [{ ip: address.text, port: port.value }];
  if (address.kind !== 'map' || address.data.kind !== 'set') return [];
  return address.data.elements.flatMap(({ data }) => {
    const [ip, to] = data?.kind === 'concat' ? data.parts : [];
    return ip?.kind === 'word' && to?.kind === 'number' ? [{ ip: ip.text, port: to.value }] : [];
  });
}

/** The time of the sets of clients that a chain asks first. */
function affinityOf(rules: readonly Rule[], { sets }: Evidence): number | undefined {
  for (const rule of rules) {
    const match = matchIn(rule, ({ right }) => right.kind === 'set-reference');
    const timeout = match?.right.kind === 'set-reference' ? sets.get(match.right.name)?.timeout : undefined;
    if (timeout !== undefined) return timeout / MILLISECONDS;
  }
  return undefined;
}
