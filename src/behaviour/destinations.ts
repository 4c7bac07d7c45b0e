import { includes, type Intervals, smallest, soleValue } from '../packets/intervals.ts';
import { type Field } from '../packets/packet-set.ts';
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
}

/** Finds Services by the addresses and ports that either node has for them. */
export function destinationFinder(nodes: readonly TracedNode[]): (example: Example) => Destination {
  const portals = portalIndex(nodes);
  return (example) => {
    const { box } = example.packet;
    const value = (field: Field): bigint => smallest(box.fields[field]) ?? 0n;
    const address = value('destination');
    const protocol = protocolName(value('protocol'));
    const at = `${value('destinationPort')} ${protocol}`;
    const isOwn = nodes.some(({ program }) => includes(program.localAddresses, address));
    const portal =
      portals.get(`${addressText(address, box.family)} ${at}`) ?? (isOwn ? portals.get(` ${at}`) : undefined);
    return portal === undefined ? elsewhere(example, protocol) : ofService(portal, example);
  };
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
  { packet, among }: Example,
): Destination {
  const service = `${namespace}/${serviceName}${portName === '' ? '' : `:${portName}`}`;
  const address = smallest(packet.box.fields.destination) ?? 0n;
  const text = addressText(address, among.family);
  if (kind !== 'node port') {
    const place = `${formatEndpoint(text, port)}/${protocol}`;
    return { service, protocol, place, text: place };
  }
  const place = `node port ${port}/${protocol}`;
  // The usual one is an address of the node; localhost asks at its own.
  const isUsual = !packet.unusual.includes('destination');
  return { service, protocol, place, text: isUsual ? place : `${place} at ${text}` };
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
  };
}

const withPort = (addresses: Intervals, text: string, port: bigint): string =>
  soleValue(addresses) === undefined ? `${text}, port ${port}` : formatEndpoint(text, Number(port));
