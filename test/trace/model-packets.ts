/** The packets that tests ask for: of all clients, to all addresses of the Services of a captured case. */
import { isIPv6 } from 'node:net';
import { addressNumber, addressText } from '../../src/text/ip-number.ts';
import { formatRational } from '../../src/packets/rational.ts';
import { type TracedOutcome } from '../../src/trace/trace-packet.ts';
import { type ModelAnswer, type ModelPacket, type ServiceModel } from './service-model.ts';

/** The addresses of the captured cases' node. */
export const NODE_ADDRESSES = ['192.168.0.2', '10.1.0.2', 'fd00:192::2'];

/** Each client to each address and port; beside them, ports and addresses that no Service has. */
export function packetsOf(model: ServiceModel, family: 'IPv4' | 'IPv6'): readonly ModelPacket[] {
  const isSix = family === 'IPv6';
  const own = NODE_ADDRESSES.filter((ip) => isIPv6(ip) === isSix);
  const format = (ip: string): string => (isSix ? `[${ip}]` : ip);
  const destinations = new Set<string>();
  for (const { ip, port, protocol, endpoints } of model.portals) {
    for (const address of ip === undefined ? [...own, isSix ? '::1' : '127.0.0.1'] : [ip]) {
      destinations.add(`${format(address)}:${port}/${protocol}`);
    }
    if (ip !== undefined) {
      destinations.add(`${format(ip)}:${port + 1}/${protocol}`);
      destinations.add(`${format(ip)}:${port}/${protocol === 'TCP' ? 'UDP' : 'TCP'}`);
    }
    for (const endpoint of endpoints.slice(0, 1)) {
      destinations.add(`${format(endpoint.ip)}:${endpoint.port}/${protocol}`);
    }
  }
  const pods = model.portals.flatMap(({ endpoints }) =>
    endpoints.filter(({ local }) => local).map(({ ip }) => ip),
  );
  const allowed = model.portals.flatMap(({ sourceRanges }) => sourceRanges.map(addressWithin));
  const clients = clientsOf(own, isSix, pods, allowed);
  return [...destinations].flatMap((to) => clients(to));
}

function clientsOf(
  own: readonly string[],
  isSix: boolean,
  pods: readonly string[],
  allowed: readonly string[],
): (to: string) => readonly ModelPacket[] {
  const [node = ''] = own;
  const pod = isSix ? 'fd00:10:244:1::77' : '10.244.1.77';
  const outside = isSix
    ? ['2001:db8::9', 'fd00:192::9']
    : ['172.30.9.9', '203.0.113.5', '192.168.0.77', '10.0.0.9'];
  const world = [...new Set([...outside, ...allowed])].filter((ip) => !own.includes(ip));
  const otherPod = isSix ? 'fd00:10:244:2::77' : '10.244.2.77';
  const loopback = isSix ? '::1' : '127.0.0.1';
  return (to) => {
    const isToLoopback = to.startsWith(isSix ? '[::1]' : '127.');
    const local: readonly ModelPacket[] = own.map((from) => ({ from, local: true, to }));
    // What comes from another host for a loopback address is dropped ahead of all rules.
    if (isToLoopback) return [{ from: loopback, local: true, to }];
    return [
      ...local,
      { from: pod, inInterface: 'veth1', to },
      { from: pod, inInterface: 'cbr0', to },
      ...[...new Set(pods)]
        .filter((ip) => ip !== node)
        .slice(0, 3)
        .map((from) => ({ from, inInterface: 'veth2', to })),
      { from: otherPod, inInterface: 'flannel.1', to },
      ...world.map((from) => ({ from, inInterface: 'eth0', to })),
    ];
  };
}

/** The second address of a range, or the only one. */
function addressWithin(cidr: string): string {
  const [address = '', prefix = ''] = cidr.split('/');
  const isSix = isIPv6(address);
  const isWhole = Number(prefix) === (isSix ? 128 : 32);
  return addressText(addressNumber(address) + (isWhole ? 0n : 1n), isSix ? 'IPv6' : 'IPv4');
}

/** A line for each endpoint, in the order of their text. */
export const inWords = (outcomes: readonly TracedOutcome[]): readonly string[] =>
  outcomes
    .map(({ verdict, to, share, masquerade, undecided }) =>
      [verdict, to, formatRational(share), masquerade, ...undecided].join(' '),
    )
    .sort();

/** The same of what the model says. */
export function wordsOf({ verdict, endpoints, masquerade }: ModelAnswer): readonly string[] {
  if (verdict !== 'DNAT') return [`${verdict}  1 ${masquerade}`];
  const share = endpoints.length === 1 ? '1' : `1/${endpoints.length}`;
  return endpoints
    .map((endpoint) => {
      const [to = '', own = String(masquerade)] = endpoint.split(' ');
      return `DNAT ${to} ${share} ${own}`;
    })
    .sort();
}
