/** Lists what a node in mode nftables holds. Names of chains and comments tell the Services. */
import { type Compilation } from '../compile.ts';
import { type NftDump } from '../modes/nftables/dump.ts';
import { ownTable } from '../modes/nftables/own-table.ts';
import { readEvidence, type Evidence } from '../modes/nftables/recognise/evidence.ts';
import { type NftPort, portFacts, type Reached, reachedBy } from '../modes/nftables/recognise/port-facts.ts';
import { parseObjectName } from '../modes/nftables/rules/parse-names.ts';
import { compileNftables } from '../packets/nftables/compile-program.ts';
import { type Program } from '../packets/program.ts';
import { type Rational } from '../packets/rational.ts';
import { addressNumber } from '../text/ip-number.ts';
import { type ListedChain, type ListedEndpoint, type ListedPort } from './listed-port.ts';
import { type NodeListing } from './node-listing.ts';
import { spreadBy } from './spread.ts';
import { listSeen, listServices, sortPorts } from './services.ts';
import { type KnownChain } from './whose-chain.ts';

const EMPTY: NodeListing = { ports: [], chainNames: [], whose: () => undefined };

/** Chains that send traffic of all Services on. */
const SHARED: ReadonlySet<string> = new Set([
  'services',
  'endpoints-check',
  'service-endpoints-check',
  'nodeport-endpoints-check',
  'firewall-check',
  'firewall-allow-check',
  'cluster-ips-check',
]);

/** Tables of a node, looked at for one family. */
export type NftTables = Pick<NftDump, 'family' | 'ruleset'>;

/** Lists the Services that a node's rules show. */
export function listRuleset(dump: NftTables): NodeListing {
  const node = nftNode(dump);
  if (node === undefined) return EMPTY;
  const ports = portFacts(node.evidence).map(({ live }) => listSeen(live, listedChains(live.chains, node)));
  return listingOf(sortPorts(ports), node);
}

/** Lists every Service of compiled manifests, also those without rules. */
export function listNftCompilation({
  cluster,
  state,
  settings,
  model,
}: Compilation<'nftables'>): NodeListing {
  const node = nftNode({ family: settings.ipFamily, ruleset: model });
  if (node === undefined) return EMPTY;
  const byLabel = new Map(portFacts(node.evidence).map(({ live }) => [live.label, live.chains]));
  const ports = listServices(cluster, state, ({ name, protocol }) =>
    listedChains(byLabel.get(`${name}/${protocol.toUpperCase()}`) ?? new Map(), node),
  );
  return listingOf(ports, node);
}

/** kube-proxy's table on a node, ready to be listed. */
export interface NftNode {
  readonly evidence: Evidence;
  readonly program: Program;
  readonly table: string;
}

/** Returns undefined when the node has no table of kube-proxy's. */
export function nftNode(dump: NftTables): NftNode | undefined {
  const table = ownTable(dump);
  if (table === undefined) return undefined;
  return {
    evidence: readEvidence(table, dump.family),
    program: compileNftables({ tables: [table] }, dump.family, []),
    table: `${table.family} ${table.name}`,
  };
}

const ROLES = ['service', 'local', 'external', 'firewall'] as const;

/** The chains of a service port, in the order in which packets meet them. */
export const listedChains = (chains: NftPort['chains'], node: NftNode): readonly ListedChain[] =>
  ROLES.flatMap((role) => {
    const name = chains.get(role);
    return name === undefined ? [] : [{ name, role, endpoints: endpointsOf(name, node) }];
  });

function endpointsOf(name: string, { evidence, program, table }: NftNode): readonly ListedEndpoint[] {
  const rules = evidence.chains.get(name)?.rules ?? [];
  const reached = reachedBy(rules, evidence);
  if (reached.length === 0) return [];
  const protocol = parseObjectName(name, evidence.family)?.label.split('/').at(-1)?.toLowerCase() ?? 'tcp';
  const outcomes = spreadBy(program, `${table}/${name}`, protocol);
  const shares = new Map<string, Rational>();
  for (const { to, share } of outcomes ?? [])
    if (to !== undefined) shares.set(`${to.address} ${to.port}`, share);
  return reached.map((endpoint): ListedEndpoint => ({
    chain: endpoint.chain,
    address: addressText(endpoint),
    share: outcomes && shares.get(`${addressNumber(endpoint.ip)} ${endpoint.port}`),
  }));
}

const addressText = ({ ip, port }: Pick<Reached, 'ip' | 'port'>): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;

function listingOf(ports: readonly ListedPort[], { evidence }: NftNode): NodeListing {
  return {
    ports,
    chainNames: evidence.chains.keys(),
    whose: (chain) => whoseChain(chain, ports, evidence),
  };
}

/** A name tells its Service even where the chain is not there. Chains of endpoints tell their shares. */
function whoseChain(
  chain: string,
  ports: readonly ListedPort[],
  { chains, family }: Evidence,
): KnownChain | undefined {
  const isThere = chains.has(chain);
  const parsed = parseObjectName(chain, family);
  const base = { chain, isThere, type: undefined, protocol: undefined, endpoint: undefined, shares: [] };
  if (parsed === undefined || parsed.role === 'affinity') {
    const role = SHARED.has(chain) ? 'shared' : 'standing';
    return isThere ? { ...base, role, name: undefined } : undefined;
  }
  const [, name, protocol] = /^(.*)\/([A-Z]+)$/.exec(parsed.label) ?? [];
  const owner = ports.find((port) => port.name === name && port.protocol === protocol);
  const shares = (owner?.chains ?? []).flatMap((spread) =>
    spread.endpoints
      .filter((endpoint) => endpoint.chain === chain)
      .map(({ share }) => ({ chain: spread.name, share })),
  );
  return {
    chain,
    isThere,
    role: parsed.role,
    name,
    type: owner?.type,
    protocol,
    endpoint: parsed.endpoint && addressText(parsed.endpoint),
    shares,
  };
}
