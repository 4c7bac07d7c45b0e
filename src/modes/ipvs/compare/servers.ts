/** Compares virtual servers and their real servers. */
import { type RealServer, type VirtualServer } from '../../../netfilter/ipvs/model.ts';
import {
  printRealServer,
  printVirtualAddress,
  printVirtualServer,
  socketText,
} from '../../../netfilter/ipvs/print.ts';
import { type Cidr, cidrContains } from '../../../text/ip.ts';
import { type Note } from '../../comparison.ts';
import { type IpvsModel } from '../model.ts';
import { type Finding, finding } from './finding.ts';

/** What is told of virtual servers. */
export interface ServerFindings {
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
}

/** Compares the virtual servers that a node should have with those that it has. */
export function compareServers(
  { servers: expected, owners, excluded }: Pick<IpvsModel, 'servers' | 'owners' | 'excluded'>,
  actual: readonly VirtualServer[],
): ServerFindings {
  const findings: Finding[] = [];
  const notes: Note[] = [];
  const live = byAddress(actual);
  const wanted = byAddress(expected);
  for (const [key, server] of wanted) {
    const place = { service: owners.get(key), table: 'ipvs', chain: key };
    const found = live.get(key);
    if (found === undefined) {
      findings.push(
        finding('missing-service', place, `virtual server ${nameOf(server)} is missing`, linesOf(server)),
      );
      continue;
    }
    const compared = compareServer(server, found, place);
    for (const each of compared.findings) findings.push(each);
    for (const note of compared.notes) notes.push(note);
  }
  for (const [key, server] of live) {
    if (wanted.has(key) || isLeftAlone(server, excluded)) continue;
    const place = { service: undefined, table: 'ipvs', chain: key };
    const message = `virtual server ${nameOf(server)} is of no Service`;
    findings.push(finding('stale-service', place, message, [], linesOf(server)));
  }
  return { findings, notes };
}

const byAddress = (servers: readonly VirtualServer[]): ReadonlyMap<string, VirtualServer> =>
  new Map(servers.map((server) => [printVirtualAddress(server.address), server]));

const linesOf = (server: VirtualServer): readonly string[] => [
  printVirtualServer(server),
  ...server.realServers.map((real) => printRealServer(server.address, real)),
];

const nameOf = ({ address }: VirtualServer): string =>
  address.kind === 'mark' ? `of mark ${address.mark}` : socketText(address.ip, address.port);

/** kube-proxy makes no servers for marks, and leaves excluded networks alone. (cleanLegacyService) */
const isLeftAlone = ({ address }: VirtualServer, excluded: readonly Cidr[]): boolean =>
  address.kind === 'mark' ||
  excluded.some(
    (cidr) => cidr.family === (address.ip.includes(':') ? 'IPv6' : 'IPv4') && cidrContains(cidr, address.ip),
  );

type Place = Pick<Finding, 'service' | 'table' | 'chain'>;

function compareServer(expected: VirtualServer, actual: VirtualServer, place: Place): ServerFindings {
  const changes = changesOf(expected, actual);
  const changed =
    changes.length === 0
      ? []
      : [
          finding(
            'changed-rule',
            place,
            `virtual server ${nameOf(expected)}: ${changes.join('; ')}`,
            [printVirtualServer(expected)],
            [printVirtualServer(actual)],
          ),
        ];
  const real = compareRealServers(expected, actual, place);
  return { findings: [...changed, ...real.findings], notes: real.notes };
}

/** In words, what of a virtual server is not as it should be. */
function changesOf(expected: VirtualServer, actual: VirtualServer): readonly string[] {
  const netmask = (server: VirtualServer): string => server.netmask ?? 'of each client';
  const flags = ({ schedulerFlags }: VirtualServer): string =>
    schedulerFlags.length === 0 ? 'none' : schedulerFlags.toSorted().join(', ');
  const options = (server: VirtualServer): string => server.options.join(' ') || 'none';
  return [
    ...change('scheduler', actual.scheduler, expected.scheduler),
    ...change('session affinity', affinity(actual), affinity(expected)),
    ...change('netmask', netmask(actual), netmask(expected)),
    ...change('scheduler flags', flags(actual), flags(expected), 'are'),
    ...change('further options', options(actual), options(expected), 'are'),
  ];
}

const change = (name: string, is: string, should: string, verb = 'is'): readonly string[] =>
  is === should ? [] : [`${name} ${verb} ${is}, not ${should}`];

const affinity = ({ persistence }: VirtualServer): string =>
  persistence === undefined ? 'off' : `${persistence} seconds`;

function compareRealServers(expected: VirtualServer, actual: VirtualServer, place: Place): ServerFindings {
  const live = new Map(actual.realServers.map((real) => [socketText(real.ip, real.port), real]));
  const wanted = new Map(expected.realServers.map((real) => [socketText(real.ip, real.port), real]));
  const line = (real: RealServer): string => printRealServer(expected.address, real);
  const findings: Finding[] = [];
  const notes: Note[] = [];
  for (const [name, real] of wanted) {
    const found = live.get(name);
    if (found === undefined)
      findings.push(finding('missing-endpoint', place, `real server ${name} is missing`, [line(real)]));
    else if (line(real) !== line(found)) {
      const message = `real server ${name}: ${realChanges(real, found).join('; ')}`;
      findings.push(finding('changed-rule', place, message, [line(real)], [line(found)]));
    }
  }
  for (const [name, real] of live) {
    if (wanted.has(name)) continue;
    if (real.weight === 0) {
      const server = `virtual server ${nameOf(expected)}`;
      const message = `${server}: real server ${name} has weight 0: it drains and gets no new connections`;
      notes.push({ kind: 'leftover', message });
    } else {
      const message = `real server ${name} is not expected, but is still there`;
      findings.push(finding('stale-endpoint', place, message, [], [line(real)]));
    }
  }
  return { findings, notes };
}

const WAYS = { masquerade: 'masqueraded', tunnel: 'tunnelled', direct: 'routed directly' } as const;

function realChanges(expected: RealServer, actual: RealServer): readonly string[] {
  const options = (real: RealServer): string => real.options.join(' ') || 'none';
  const weight =
    actual.weight === 0 && expected.weight !== 0
      ? ['weight 0: draining or not ready']
      : change('weight', String(actual.weight), String(expected.weight));
  return [
    ...weight,
    ...(actual.forwarding === expected.forwarding
      ? []
      : [`its packets are ${WAYS[actual.forwarding]}, not ${WAYS[expected.forwarding]}`]),
    ...change('further options', options(actual), options(expected), 'are'),
  ];
}
