import { type Element, type Expression, type Ruleset, type Table } from '../netfilter/nftables/model.ts';
import { isVerdict } from '../netfilter/nftables/verdict-text.ts';
import { type IpFamily } from '../text/ip.ts';
import { type Portal, PROTOCOLS } from './portal.ts';

/** kube-proxy's table, whatever its version. */
export const KUBE_PROXY_TABLE = 'kube-proxy';
/** The maps that hold an element for each address and port, or node port, of a Service. */
const MAPS = ['service-ips', 'no-endpoint-services', 'service-nodeports', 'no-endpoint-nodeports'];

const KINDS: readonly Portal['kind'][] = ['cluster IP', 'external IP', 'load balancer IP', 'node port'];

/**
 * Returns every way to reach the Services of a node, each once. Reads the names of chains and the comments of
 * elements in its rules.
 */
export function rulesetPortals({ tables }: Ruleset, family: IpFamily): readonly Portal[] {
  const table = tables.find(
    (candidate) =>
      candidate.name === KUBE_PROXY_TABLE && candidate.family === (family === 'IPv4' ? 'ip' : 'ip6'),
  );
  if (table === undefined) return [];
  const clusterIps = addressesOf(table, 'cluster-ips');
  const restricted = addressesOf(table, 'firewall-ips');
  const found = new Map<string, Portal>();
  for (const { name, elements } of table.sets) {
    if (!MAPS.includes(name)) continue;
    for (const element of elements) {
      const portal = portalOf(element, clusterIps, restricted);
      if (portal === undefined) continue;
      const key = `${portal.protocol} ${portal.address ?? ''} ${portal.port}`;
      if (!found.has(key)) found.set(key, portal);
    }
  }
  // In the order in which manifests would give them; a map has none.
  return [...found.values()].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

/** The addresses that the keys of a set or map begin with. */
function addressesOf({ sets }: Table, name: string): ReadonlySet<string> {
  const keys = sets.find((set) => set.name === name)?.elements.map(({ key }) => textsOf(key)[0] ?? '');
  return new Set(keys);
}

const textsOf = (key: Expression): readonly string[] =>
  (key.kind === 'concat' ? key.parts : [key]).map((part) => {
    if (part.kind === 'word') return part.text;
    return part.kind === 'number' ? String(part.value) : '';
  });

function portalOf(
  element: Element,
  clusterIps: ReadonlySet<string>,
  restricted: ReadonlySet<string>,
): Portal | undefined {
  const names = namesOf(element);
  const [port = '', protocolName, address] = [...textsOf(element.key)].reverse();
  const protocol = PROTOCOLS.find((known) => known.toLowerCase() === protocolName);
  if (names === undefined || protocol === undefined || !/^\d{1,5}$/.test(port)) return undefined;
  const common = { ...names, protocol, address, port: Number(port) };
  if (address === undefined) return { ...common, kind: 'node port' };
  if (clusterIps.has(address) || names.isInternal) return { ...common, kind: 'cluster IP' };
  // Rules do not tell external IPs and load balancer IPs apart, save those with source ranges.
  return { ...common, kind: restricted.has(address) ? 'load balancer IP' : 'external IP' };
}

const CHAIN = /^(service|local|external)-[A-Z2-7]{8}-([^/]+)\/([^/]+)\/[a-z]+\/([^/]*)$/;
const COMMENT = /^([^/:]+)\/([^/:]+)(?::([^/:]*))?$/;
/** The end of chain names that kube-proxy has cut because they were too long. */
const CUT = '...';

interface Names {
  readonly namespace: string;
  readonly serviceName: string;
  readonly portName: string;
  readonly isInternal: boolean;
}

/** The service port that the chain of an element is named after, or that its comment names. */
function namesOf({ data, comment }: Element): Names | undefined {
  const chain = data !== undefined && isVerdict(data) && 'chain' in data ? data.chain : '';
  const named = chain.endsWith(CUT) ? null : CHAIN.exec(chain);
  if (named !== null) {
    const [, kind, namespace = '', serviceName = '', portName = ''] = named;
    return { namespace, serviceName, portName, isInternal: kind !== 'external' };
  }
  const [whole, namespace = '', serviceName = '', portName = ''] = COMMENT.exec(comment ?? '') ?? [];
  return whole === undefined ? undefined : { namespace, serviceName, portName, isInternal: false };
}
