import { familyOf, type IpFamily } from '../text/ip.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type TracedNode } from './node.ts';
import { readKnownTo } from './known-to.ts';
import { CLIENTS, formatEndpoint, type KnownTo, type Packet } from './packet.ts';
import { type PacketLine } from './packets-file.ts';
import { describePortal, type Portal, type Protocol } from './portal.ts';
import { type PacketSource, sourceFor } from './sources.ts';
import { parseTarget, portalsFor, type Target } from './target.ts';

/** The nodes that packets may pass: one for each family with known rules. */
export type TracedNodes = ReadonlyMap<IpFamily, TracedNode>;

/** Who sends, as the command line says it. */
export interface From {
  /** Undefined: one client of each kind. */
  readonly from: string | undefined;
  readonly inInterface: string | undefined;
  /** Processes of the node send it, whatever its source. */
  readonly local: boolean;
  /** The endpoint, `ADDRESS:PORT`, to which session affinity sent the client before; undefined: it is new. */
  readonly knownTo?: string | undefined;
}

/** The destination of a packet whose sender is not yet chosen. */
interface Destination {
  readonly family: IpFamily;
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly portal: string | undefined;
}

/** Returns the packets for `--to` and `--from`. Returns a text that says why when there are none. */
export function packetsFor(to: string, from: From, nodes: TracedNodes): readonly Packet[] | string {
  const target = parseTarget(to);
  if (typeof target === 'string') return `${to}: ${target}`;
  const destinations = destinationsOf(target, to, nodes);
  if (typeof destinations === 'string') return destinations;
  const packets: Packet[] = [];
  for (const destination of destinations) {
    const node = nodes.get(destination.family);
    if (node === undefined) return noRules(to, destination.family);
    const knownTo = from.knownTo === undefined ? undefined : readKnownTo(from.knownTo, node);
    if (typeof knownTo === 'string') return knownTo;
    for (const name of from.from === undefined ? (from.local ? ['node'] : CLIENTS) : [from.from]) {
      const source = sourceOf(name, from, node, destination.address);
      // Asked for every kind of client, those that there cannot be are left out.
      if (typeof source === 'string' && from.from === undefined && !from.local) continue;
      if (typeof source === 'string') return source;
      packets.push(packetOf(source, from, destination, knownTo));
    }
  }
  return packets;
}

/**
 * Returns the packet of one line of a file, or a text that says why there is none. A name of a Service must
 * stand for exactly one address.
 */
export function packetOfLine(line: PacketLine, nodes: TracedNodes): Packet | string {
  const packets = packetsFor(line.to, line, nodes);
  if (typeof packets === 'string') return packets;
  const [packet, ...others] = packets;
  if (packet === undefined || others.length > 0) {
    return `${line.to} stands for ${packets.length} addresses: name one of them`;
  }
  return { ...packet, from: line.from, to: line.to };
}

const noRules = (to: string, family: IpFamily): string => `${to}: there are no ${family} rules here`;

function sourceOf(
  name: string,
  { local, inInterface }: From,
  { here }: TracedNode,
  destination: string,
): PacketSource | string {
  // A process of the node sends from the node's address of the destination's family, whichever one is named.
  const isOther = local && familyOf(name) !== undefined && familyOf(name) !== here.family;
  const source = sourceFor(isOther ? 'node' : name, here);
  if (typeof source === 'string') return source;
  // To an address of its own a process sends from that address, as long as it names no other.
  const isToItself = source.client === 'node' && here.isBound(destination);
  return {
    ...source,
    address: isToItself ? destination : source.address,
    client: isOther ? undefined : source.client,
    local: local || (source.local && inInterface === undefined),
    inInterface: local ? undefined : (inInterface ?? source.inInterface),
  };
}

const packetOf = (
  source: PacketSource,
  { from }: From,
  destination: Destination,
  knownTo: KnownTo | undefined,
): Packet => ({
  family: destination.family,
  source: source.address,
  client: source.client,
  local: source.local,
  inInterface: source.inInterface,
  from: source.client === undefined && from !== undefined ? from : source.address,
  to: `${formatEndpoint(destination.address, destination.port)}/${destination.protocol}`,
  destination: destination.address,
  port: destination.port,
  protocol: destination.protocol,
  portal: destination.portal,
  knownTo,
});

/** The most ports that a message lists. */
const MOST_PORTS = 10;

const portalsOf = (nodes: TracedNodes): readonly Portal[] =>
  [...nodes.values()].flatMap(({ portals }) => portals);

const serviceOf = ({ namespace, serviceName }: { namespace: string; serviceName: string }): string =>
  `${namespace}/${serviceName}`;

/** Asks for the Service that a mistyped name most likely means. */
function hintFor(asked: string, nodes: TracedNodes): string {
  const near = nearestName(asked, portalsOf(nodes).map(serviceOf));
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Says why a name of a Service leads to no address. */
function serviceOfNobody(
  target: Extract<Target, { kind: 'service' }>,
  to: string,
  nodes: TracedNodes,
): string {
  const asked = serviceOf(target);
  const own = portalsOf(nodes).filter((portal) => serviceOf(portal) === asked && portal.kind !== 'node port');
  if (own.length === 0) return `${to}: no Service has this name and port${hintFor(asked, nodes)}`;
  const ports = own.map(({ portName, port, protocol }) =>
    portName === '' ? `${port}/${protocol}` : `${portName} (${port}/${protocol})`,
  );
  const told = [...new Set(ports)];
  const more = told.length > MOST_PORTS ? ', ...' : '';
  return `${to}: ${asked} has no such port; it has ${told.slice(0, MOST_PORTS).join(', ')}${more}`;
}

function destinationsOf(target: Target, to: string, nodes: TracedNodes): readonly Destination[] | string {
  if (target.kind === 'address') {
    const family = familyOf(target.address) ?? 'IPv4';
    const node = nodes.get(family);
    if (node === undefined) return noRules(to, family);
    return [{ ...target, family, portal: portalAt(target, node) }];
  }
  const found: Destination[] = [];
  let unaddressed: string | undefined;
  for (const [family, node] of nodes) {
    for (const portal of portalsFor(target, node.portals)) {
      const [address] = portal.address === undefined ? node.here.nodeAddresses : [portal.address];
      const { port, protocol } = portal;
      if (address === undefined)
        unaddressed = `the node has no ${family} address: name one with --node-address`;
      else found.push({ family, address, port, protocol, portal: describePortal(portal) });
    }
  }
  if (found.length > 0) return found;
  if (unaddressed !== undefined) return `${to}: ${unaddressed}`;
  return target.kind === 'node-port'
    ? nodePortOfNobody(target, to, nodes)
    : serviceOfNobody(target, to, nodes);
}

/**
 * Returns a destination for a port of the node that belongs to no Service. Such packets can be followed like
 * any other.
 */
function nodePortOfNobody(
  { port, protocol = 'TCP' }: Extract<Target, { kind: 'node-port' }>,
  to: string,
  nodes: TracedNodes,
): readonly Destination[] | string {
  const found = [...nodes].flatMap(([family, { here }]) =>
    here.nodeAddresses.slice(0, 1).map((address) => ({ family, address, port, protocol, portal: undefined })),
  );
  return found.length > 0
    ? found
    : `${to}: the address of the node is not known: name it with --node-address`;
}

/**
 * Finds the Service port to which an address belongs. It is looked up for each packet, so it uses {@link
 * portalIndex}.
 */
function portalAt(
  { address, port, protocol }: Extract<Target, { kind: 'address' }>,
  node: TracedNode,
): string | undefined {
  const index = portalIndex(node);
  const isOwn = node.here.nodeAddresses.includes(address);
  const portal =
    index.get(`${address} ${port} ${protocol}`) ?? (isOwn ? index.get(` ${port} ${protocol}`) : undefined);
  return portal && describePortal(portal);
}

const indexes = new WeakMap<TracedNode, ReadonlyMap<string, Portal>>();

function portalIndex(node: TracedNode): ReadonlyMap<string, Portal> {
  const known =
    indexes.get(node) ??
    new Map(
      node.portals.map(
        (portal) => [`${portal.address ?? ''} ${portal.port} ${portal.protocol}`, portal] as const,
      ),
    );
  indexes.set(node, known);
  return known;
}
