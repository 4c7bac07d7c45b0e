import { canonicalIp, familyOf, type IpFamily } from '../text/ip.ts';
import { type Portal, type Protocol, PROTOCOLS } from './portal.ts';

/** Where a packet is to go, as the user names it. */
export type Target =
  | { readonly kind: 'address'; readonly address: string; readonly port: number; readonly protocol: Protocol }
  /** Of a node port; without a protocol, all that serve it. */
  | { readonly kind: 'node-port'; readonly port: number; readonly protocol: Protocol | undefined }
  | {
      readonly kind: 'service';
      readonly namespace: string;
      readonly serviceName: string;
      /** By name or number; undefined: all. */
      readonly port: string | undefined;
      readonly protocol: Protocol | undefined;
    };

/**
 * Reads `10.96.0.20:80`, `[fd00::1]:80/UDP`, `:30080`, `default/web:http` or `web.default.svc.cluster.local:80`.
 * Returns why it cannot be read when it is none of these.
 */
export function parseTarget(text: string): Target | string {
  const { rest, protocol } = splitProtocol(text);
  if (protocol === 'unknown') return 'the protocol is TCP, UDP or SCTP';
  const nodePort = /^:(\d{1,5})$/.exec(rest);
  if (nodePort !== null) {
    const port = readPort(nodePort[1]);
    return port === undefined ? BAD_PORT : { kind: 'node-port', port, protocol };
  }
  const [, six, four, portText] = /^(?:\[([^\]]*)\]|([\d.]+))(?::(.*))?$/.exec(rest) ?? [];
  const address = six ?? four;
  if (address !== undefined && (six !== undefined || familyOf(address) !== undefined)) {
    return addressTarget(address, six !== undefined, portText, protocol);
  }
  if (familyOf(rest) === 'IPv6') return 'an IPv6 address and its port are written [fd00::1]:80';
  return (
    serviceTarget(rest, protocol) ??
    'it is IP:PORT, [IPv6]:PORT, :NODEPORT, NAMESPACE/NAME[:PORT] or a DNS name'
  );
}

const BAD_PORT = 'the port is a number from 1 to 65535';

function readPort(text: string | undefined): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}

function splitProtocol(text: string): {
  readonly rest: string;
  readonly protocol: Protocol | 'unknown' | undefined;
} {
  const match = /^(.*)\/([A-Za-z]+)$/.exec(text);
  // `default/tcp` is a Service: no namespace holds any of these characters.
  if (match === null || !/[.:/]/.test(match[1] ?? '')) return { rest: text, protocol: undefined };
  const known = PROTOCOLS.find((name) => name === match[2]?.toUpperCase());
  return { rest: match[1] ?? '', protocol: known ?? 'unknown' };
}

function addressTarget(
  address: string,
  inBrackets: boolean,
  portText: string | undefined,
  protocol: Protocol = 'TCP',
): Target | string {
  if (familyOf(address) !== (inBrackets ? 'IPv6' : 'IPv4')) return `${address} is no address`;
  if (portText === undefined) return `the port is missing: ${inBrackets ? `[${address}]` : address}:PORT`;
  const port = readPort(portText);
  return port === undefined ? BAD_PORT : { kind: 'address', address: canonicalIp(address), port, protocol };
}

const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const BY_NAME = new RegExp(`^(${LABEL})/(${LABEL})(?::([a-z0-9-]+))?$`);
const BY_DNS = new RegExp(`^(${LABEL})\\.(${LABEL})(?:\\.svc(?:\\.[a-z0-9.-]*)?)?(?::([a-z0-9-]+))?$`);

function serviceTarget(text: string, protocol: Protocol | undefined): Target | undefined {
  const byName = BY_NAME.exec(text);
  if (byName !== null) {
    const [, namespace = '', serviceName = '', port] = byName;
    return { kind: 'service', namespace, serviceName, port, protocol };
  }
  const [, serviceName, namespace, port] = BY_DNS.exec(text) ?? [];
  if (serviceName === undefined || namespace === undefined) return undefined;
  return { kind: 'service', namespace, serviceName, port, protocol };
}

/** Returns the portals that a target names by its node port or its Service. */
export function portalsFor(
  target: Exclude<Target, { kind: 'address' }>,
  portals: readonly Portal[],
): readonly Portal[] {
  const ofProtocol = portals.filter(
    ({ protocol }) => target.protocol === undefined || protocol === target.protocol,
  );
  if (target.kind === 'node-port') {
    return ofProtocol.filter(({ kind, port }) => kind === 'node port' && port === target.port);
  }
  return ofProtocol.filter(
    (portal) =>
      portal.namespace === target.namespace &&
      portal.serviceName === target.serviceName &&
      (target.port === undefined || isPort(portal, target.port, portals)),
  );
}

/**
 * Returns true when the portal has the port. A number means the port of the Service, which includes its node
 * port, or it means the node port itself. Other texts are port names.
 */
function isPort(portal: Portal, asked: string, portals: readonly Portal[]): boolean {
  if (!/^\d+$/.test(asked)) return portal.portName === asked;
  if (portal.port === Number(asked)) return true;
  return (
    portal.kind === 'node port' &&
    portals.some(
      (other) =>
        other.kind !== 'node port' &&
        other.port === Number(asked) &&
        other.namespace === portal.namespace &&
        other.serviceName === portal.serviceName &&
        other.portName === portal.portName &&
        other.protocol === portal.protocol,
    )
  );
}

const BOTH: readonly IpFamily[] = ['IPv4', 'IPv6'];

/** Returns the families of packets to these targets: both for names. Ignores texts that are not targets. */
export function familiesOfTargets(texts: readonly string[]): readonly IpFamily[] {
  const families = new Set<IpFamily>();
  for (const text of texts) {
    const target = parseTarget(text);
    if (typeof target === 'string') continue;
    const family = target.kind === 'address' ? familyOf(target.address) : undefined;
    for (const each of family === undefined ? BOTH : [family]) families.add(each);
  }
  return BOTH.filter((family) => families.has(family));
}
