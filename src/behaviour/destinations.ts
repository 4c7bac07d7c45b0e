import {
  includes,
  intersect,
  type Intervals,
  sameIntervals,
  smallest,
  soleValue,
  subtract,
  unionOf,
} from '../packets/intervals.ts';
import { localAddressesOf } from '../packets/compile-context.ts';
import { type Field } from '../packets/packet-set.ts';
import { groupBy } from '../text/groups.ts';
import { type IpFamily } from '../text/ip.ts';
import { addressText } from '../text/ip-number.ts';
import { formatEndpoint } from '../trace/packet.ts';
import { type Portal, PROTOCOL_NUMBER, PROTOCOLS } from '../trace/portal.ts';
import { type TracedNode } from '../trace/node.ts';
import { type Example } from './examples.ts';
import { networksText } from './networks-text.ts';

/** Where the packets of an example go. */
export interface Destination {
  /** `ns/name:port`; undefined for what is no address of a Service. */
  readonly service: string | undefined;
  readonly protocol: string;
  /**
   * A key for destinations that are examined together: an address, and the port when it belongs to a Service.
   */
  readonly place: string;
  readonly text: string;
  /** For a node port: the addresses of the node where packets differ alike. */
  readonly nodeAddresses: Intervals | undefined;
}

/** Finds where examples go, and says it. */
export interface Destinations {
  readonly find: (example: Example) => Destination;
  /** Returns each destination once. A whole network includes its ports. */
  readonly textsOf: (destinations: readonly Destination[]) => readonly string[];
}

/** Finds Services by the addresses and ports that either node has for them. */
export function destinationsOn(nodes: readonly [TracedNode, TracedNode]): Destinations {
  const portals = portalIndex(nodes);
  const own = unionOf(nodes.flatMap(({ program }) => program.localAddresses));
  const find = (example: Example): Destination => {
    const { box } = example.packet;
    const value = (field: Field): bigint => smallest(box.fields[field]) ?? 0n;
    const address = value('destination');
    const protocol = protocolName(value('protocol'));
    const at = `${value('destinationPort')} ${protocol}`;
    const isOwn = includes(own, address);
    const portal =
      portals.get(`${addressText(address, box.family)} ${at}`) ?? (isOwn ? portals.get(` ${at}`) : undefined);
    return portal === undefined ? elsewhere(example, protocol) : ofService(portal, example, own);
  };
  return { find, textsOf: (destinations) => textsOf(destinations, own, nodes[0].program.family) };
}

function textsOf(destinations: readonly Destination[], own: Intervals, family: IpFamily): readonly string[] {
  const byPlace = groupBy(destinations, ({ place }) => place);
  const texts: string[] = [];
  const nodePorts: string[] = [];
  for (const [place, group] of byPlace) {
    const at = group.flatMap(({ nodeAddresses }) => nodeAddresses ?? []);
    if (at.length === 0) for (const text of new Set(group.map((each) => each.text))) texts.push(text);
    else nodePorts.push(nodePortText(place, unionOf(at), own, family));
  }
  const all = [...texts, ...nodePorts];
  const whole = all.filter((text) => byPlace.has(text));
  return whole.length > 0 ? whole : all;
}

/** Names the addresses, unless they are all that the node has apart from loopback. */
function nodePortText(place: string, at: Intervals, own: Intervals, family: IpFamily): string {
  const others = subtract(own, localAddressesOf(family, []));
  const expected = others.length > 0 ? others : own;
  if (sameIntervals(intersect(expected, at), expected)) return place;
  return `${place} at ${networksText(at, smallest(at) ?? 0n, family).replaceAll(', ', ' and ')}`;
}

/** By `ADDRESS PORT PROTOCOL`; node ports have no address. */
function portalIndex(nodes: readonly TracedNode[]): ReadonlyMap<string, Portal> {
  const index = new Map<string, Portal>();
  for (const { portals } of nodes) {
    for (const portal of portals) {
      const key = `${portal.address ?? ''} ${portal.port} ${portal.protocol}`;
      if (!index.has(key)) index.set(key, portal);
    }
  }
  return index;
}

function protocolName(number: bigint): string {
  return PROTOCOLS.find((name) => BigInt(PROTOCOL_NUMBER[name]) === number) ?? `protocol ${number}`;
}

function ofService(
  { namespace, serviceName, portName, protocol, kind, port }: Portal,
  { packet, addresses }: Example,
  own: Intervals,
): Destination {
  const service = `${namespace}/${serviceName}${portName === '' ? '' : `:${portName}`}`;
  if (kind === 'node port') {
    const place = `node port ${port}/${protocol}`;
    return { service, protocol, place, text: place, nodeAddresses: intersect(addresses, own) };
  }
  const address = addressText(smallest(packet.box.fields.destination) ?? 0n, packet.box.family);
  const place = `${formatEndpoint(address, port)}/${protocol}`;
  return { service, protocol, place, text: place, nodeAddresses: undefined };
}

function elsewhere({ packet, among }: Example, protocol: string): Destination {
  const { family, fields } = among;
  const one = smallest(packet.box.fields.destination) ?? 0n;
  const place = networksText(fields.destination, one, family);
  const port = soleValue(fields.destinationPort);
  const isPort = port !== undefined && soleValue(fields.protocol) !== undefined;
  return {
    service: undefined,
    protocol,
    place,
    text: isPort ? `${withPort(fields.destination, place, port)}/${protocol}` : place,
    nodeAddresses: undefined,
  };
}

const withPort = (addresses: Intervals, text: string, port: bigint): string =>
  soleValue(addresses) === undefined ? `${text}, port ${port}` : formatEndpoint(text, Number(port));
